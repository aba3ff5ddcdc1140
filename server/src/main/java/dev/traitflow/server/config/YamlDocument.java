package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.text.Decimals;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A YAML file as JSON that remembers where everything stood, so that a problem found in the JSON
 * can be shown in the file. YAML 1.2 core schema: dates, yes and no are text; JSON is valid input.
 */
public final class YamlDocument {
  /** What ends a line for YAML. */
  private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|[\\n\\r\\u0085\\u2028\\u2029]");

  /** A variable that is not quoted, inside of braces or brackets: its own brace ends the text. */
  private static final Pattern UNQUOTED =
      Pattern.compile("[:\\[{,]\\s*(\\$\\{[A-Za-z_][A-Za-z0-9_]*})");

  private final String name;
  private final Map<String, Position> positions = new HashMap<>();
  private final List<FileProblem> problems = new ArrayList<>();
  private final List<String> lines;
  private JsonNode json = JsonNodeFactory.instance.objectNode();

  private record Position(int line, int column) {}

  private YamlDocument(String name, String text) {
    this.name = name;
    this.lines = List.of(LINE_BREAK.split(text, -1));
  }

  /**
   * Reads YAML.
   *
   * @param name how the file is called in messages
   * @param text its content
   * @throws InvalidDefinitionException if it is not YAML, or has keys that JSON cannot have
   */
  public static YamlDocument parse(String name, String text) throws InvalidDefinitionException {
    YamlDocument document = new YamlDocument(name, text);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(YamlBounds.NODES_MAX)
            .build();
    try {
      YamlBounds.check(settings, text)
          .ifPresentOrElse(
              excess -> document.refuse(position(excess.mark()), excess.problem()),
              () ->
                  new Compose(settings)
                      .composeString(text)
                      .ifPresent(node -> document.json = document.convert(node, "")));
    } catch (MarkedYamlEngineException failure) {
      document.refuse(position(failure.getProblemMark()), failure.getProblem());
    } catch (YamlEngineException failure) {
      document.refuse(new Position(1, 1), String.valueOf(failure.getMessage()));
    }
    if (!document.problems.isEmpty()) {
      throw InvalidDefinitionException.at(document.problems);
    }
    return document;
  }

  /** The content as JSON; an empty object if the file is empty. */
  public JsonNode json() {
    return json;
  }

  /** Where a problem is in the file. */
  public FileProblem place(Problem problem) {
    String pointer = problem.pointer();
    Position position = positions.get(pointer);
    // What is missing has no place of its own: the nearest thing around it does.
    for (String around = pointer; position == null && !around.isEmpty(); ) {
      around = around.substring(0, around.lastIndexOf('/'));
      position = positions.get(around);
    }
    return at(position == null ? new Position(1, 1) : position, problem);
  }

  private FileProblem at(Position position, Problem problem) {
    int index = position.line - 1;
    String line = index < lines.size() ? lines.get(index) : "";
    return new FileProblem(name, position.line, position.column, line, problem);
  }

  /** Adds that the text is no YAML; what most often causes that is said with how to mend it. */
  private void refuse(Position position, String problem) {
    String line = position.line <= lines.size() ? lines.get(position.line - 1) : "";
    Matcher unquoted = UNQUOTED.matcher(line);
    if (!unquoted.find()) {
      problems.add(at(position, new Problem("", problem)));
      return;
    }
    String variable = unquoted.group(1);
    Position at = new Position(position.line, line.codePointCount(0, unquoted.start(1)) + 1);
    String message =
        "got "
            + variable
            + " without quotes (expected \""
            + variable
            + "\": inside of { } and [ ]"
            + " its brace would end the text)";
    problems.add(at(at, new Problem("", message)));
  }

  private JsonNode convert(Node node, String pointer) {
    positions.putIfAbsent(pointer, position(node.getStartMark()));
    if (node instanceof MappingNode mapping) {
      return object(mapping, pointer);
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (Node item : sequence.getValue()) {
        array.add(convert(item, pointer + "/" + array.size()));
      }
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private JsonNode object(MappingNode mapping, String pointer) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (NodeTuple member : mapping.getValue()) {
      if (!(member.getKeyNode() instanceof ScalarNode key)) {
        problem(member.getKeyNode(), "a key is no text (expected a text)");
        continue;
      }
      String child = pointer + "/" + key.getValue();
      if (object.has(key.getValue())) {
        int first = positions.getOrDefault(child, new Position(1, 1)).line;
        problem(
            key,
            "the key '"
                + key.getValue()
                + "' is there twice (expected once; the first is in line "
                + first
                + ")");
      }
      positions.put(child, position(key.getStartMark()));
      object.set(key.getValue(), convert(member.getValueNode(), child));
    }
    return object;
  }

  private JsonNode scalar(ScalarNode node) {
    String text = node.getValue();
    Tag tag = node.getTag();
    try {
      if (tag.equals(Tag.NULL)) {
        return JsonNodeFactory.instance.nullNode();
      } else if (tag.equals(Tag.BOOL)) {
        return JsonNodeFactory.instance.booleanNode(text.equalsIgnoreCase("true"));
      } else if (tag.equals(Tag.INT)) {
        return integer(node);
      } else if (tag.equals(Tag.FLOAT)) {
        BigDecimal number = new BigDecimal(text);
        checkLimits(node, text);
        return DecimalNode.valueOf(number);
      }
    } catch (NumberFormatException infinite) {
      problem(node, "got " + text + " (expected a finite number)");
    }
    return TextNode.valueOf(text);
  }

  private JsonNode integer(ScalarNode node) {
    String text = node.getValue();
    int radix = text.startsWith("0o") ? 8 : text.startsWith("0x") ? 16 : 10;
    BigInteger value = new BigInteger(radix == 10 ? text : text.substring(2), radix);
    if (value.bitLength() < Long.SIZE) {
      return LongNode.valueOf(value.longValue());
    }
    checkLimits(node, value.toString());
    return BigIntegerNode.valueOf(value);
  }

  private void checkLimits(Node node, String number) {
    if (Decimals.parse(number) == null) {
      problem(node, Decimals.beyondLimits(number));
    }
  }

  private void problem(Node node, String message) {
    problems.add(at(position(node.getStartMark()), new Problem("", message)));
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Position(1, 1));
  }
}
