package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.audience.AudienceExamples;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.profile.TraitExamples;
import dev.traitflow.core.space.SpaceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema editors use says what the readers read: no less, and nothing the examples refute. */
class SpaceSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNKNOWN = "zzzzzzzzzzzzzzzzzzzzzzzz";
  private static final Pattern KNOWN = Pattern.compile("expected one of (.*)\\)");

  private final JsonNode schema;

  SpaceSchemaTest() throws IOException {
    schema = JSON.readTree(Path.of("..", "docs", "space.schema.json").toFile());
  }

  /** A definition with an object at some place, an unknown key in it, and the schema's parts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{?} | ",
        "{'sources':[{?}]} | source",
        "{'sources':[{'settings':{?}}]} | source_settings",
        "{'compat':{?}} | compat",
        "{'tokens':[{?}]} | token",
        "{'identity':{?}} | identity",
        "{'identity':{'identifiers':[{?}]}} | identifier",
        "{'identity':{'identifiers':[{'type':'t','blocked':[{?}]}]}} | blocked",
        "{'traits':[{?}]} | trait",
        "{'traits':[{'type':'most_frequent',?}]} | trait",
        "{'traits':[{'conditions':{'all':[],?}}]} | group",
        "{'traits':[{'conditions':{'any':[],?}}]} | group",
        "{'traits':[{'conditions':{'all':[{?}]}}]} | condition group",
        "{'traits':[{'window':{'within':'1d',?}}]} | window",
        "{'traits':[{'window':{'session':'1d',?}}]} | window",
        "{'traits':[{'key':'k','type':'event_counter','event':'E','examples':[{?}]}]} | example",
        "{'traits':[{'key':'k','type':'event_counter','event':'E','examples':[{'events':[{?}]}]}]}"
            + " | example_event",
        "{'audiences':[{?}]} | audience",
        "{'audiences':[{'root':{'all':[],?}}]} | audience_group",
        "{'audiences':[{'root':{'all':[{'trait':'t','op':'exists',?}]}}]} | trait_condition",
        "{'audiences':[{'root':{'all':[{'audience':'a',?}]}}]} | audience_condition",
        "{'audiences':[{'key':'k','root':{'all':[{'trait':'t','op':'exists'}]},'examples':[{?}]}]}"
            + " | audience_example",
        "{'destinations':[{?}]} | destination",
        "{'predictions':[{'kind':'churn',?}]} | prediction",
        "{'predictions':[{'kind':'purchase',?}]} | prediction",
        "{'predictions':[{'kind':'ltv',?}]} | prediction"
      })
  void everyPropertyTheReadersKnowIsInTheSchema(String template, String parts) throws Exception {
    Set<String> known = known(template.replace("?", "'" + UNKNOWN + "':1").replace('\'', '"'));
    Set<String> inSchema = new TreeSet<>();
    for (String part : parts == null ? List.of("") : List.of(parts.trim().split(" "))) {
      JsonNode object = part.isEmpty() ? schema : schema.path("$defs").path(part);
      object.path("properties").fieldNames().forEachRemaining(inSchema::add);
    }
    assertThat(known).isNotEmpty();
    assertThat(inSchema).containsAll(known);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop", "contact-center", "cdnow", "online-retail"})
  void theSpacesThatComeWithTheProjectFitTheSchema(String name) throws Exception {
    String text = Files.readString(Path.of("..", "docker", "spaces", name + ".yaml"));
    JsonNode space = YamlDocument.parse(name, text).json();
    List<String> problems = new ArrayList<>();
    check(space, schema, "", problems);
    assertThat(problems).isEmpty();
  }

  @Test
  void theCheckSeesWhatDoesNotFit() throws Exception {
    List<String> problems = new ArrayList<>();
    String text = "{name: S, traits: [{key: K, type: sum, evnt: E, window: {within: 3}}]}";
    check(YamlDocument.parse("a", text).json(), schema, "", problems);
    assertThat(problems)
        .contains(
            "/traits/0/key: does not match",
            "/traits/0/type: not in the list",
            "/traits/0/evnt: unknown",
            "/traits/0/window/within: not of type",
            "/traits/0: lacks event");
  }

  private static Set<String> known(String definition) throws IOException {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = SpaceDefinition.parse(JSON.readTree(definition), problems);
    space.traits().forEach(trait -> problems.addAll(TraitExamples.check(trait, "")));
    space.audiences().forEach(each -> problems.addAll(AudienceExamples.check(each, "")));
    Set<String> known = new TreeSet<>();
    for (Problem problem : problems) {
      Matcher matcher = KNOWN.matcher(problem.message());
      if (problem.pointer().endsWith(UNKNOWN) && matcher.find()) {
        known.addAll(List.of(matcher.group(1).split(", ")));
      }
    }
    return known;
  }

  /** As much of JSON Schema as ours uses. */
  private void check(JsonNode value, JsonNode rule, String at, List<String> problems) {
    if (rule.has("$ref")) {
      check(value, schema.at(rule.path("$ref").asText().substring(1)), at, problems);
      return;
    }
    if (rule.has("type") && !hasType(value, rule.path("type"))) {
      problems.add(at + ": not of type");
      return;
    }
    if (rule.has("enum") && !contains(rule.path("enum"), value)) {
      problems.add(at + ": not in the list");
    }
    if (rule.has("pattern") && !value.asText().matches(rule.path("pattern").asText())) {
      problems.add(at + ": does not match");
    }
    if (rule.has("maxItems") && value.size() > rule.path("maxItems").asInt()) {
      problems.add(at + ": too long");
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (rule.has(choice) && !anyFits(value, rule.path(choice), at)) {
        problems.add(at + ": fits none");
      }
    }
    for (JsonNode name : rule.path("required")) {
      if (!value.has(name.asText())) {
        problems.add(at + ": lacks " + name.asText());
      }
    }
    if (value.isArray() && rule.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(value.get(i), rule.path("items"), at + "/" + i, problems);
      }
    }
    if (value.isObject() && rule.has("properties")) {
      value
          .properties()
          .forEach(
              member -> {
                JsonNode inner = rule.path("properties").path(member.getKey());
                if (inner.isMissingNode()) {
                  problems.add(at + "/" + member.getKey() + ": unknown");
                } else {
                  check(member.getValue(), inner, at + "/" + member.getKey(), problems);
                }
              });
    }
  }

  private boolean anyFits(JsonNode value, JsonNode choices, String at) {
    for (JsonNode choice : choices) {
      List<String> problems = new ArrayList<>();
      check(value, choice, at, problems);
      if (problems.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasType(JsonNode value, JsonNode type) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (hasType(value, one)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode one : list) {
      if (one.asText().equals(value.asText())) {
        return true;
      }
    }
    return false;
  }
}
