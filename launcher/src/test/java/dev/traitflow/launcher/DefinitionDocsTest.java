package dev.traitflow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.cli.Commands;
import dev.traitflow.server.config.FileProblem;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.YamlDocument;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of space files and the file that init writes are valid, and leave nothing out. */
class DefinitionDocsTest {
  private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

  /** Set by the system, or refused because it is not supported yet. */
  private static final Set<String> NOT_WRITTEN =
      Set.of(
          "staged",
          "paused",
          "slot",
          "version",
          "created_at",
          "lookback",
          "enrich",
          "mappings",
          "id_sync",
          "filters",
          "rate",
          "event_names");

  private final List<String> blocks = new ArrayList<>();

  DefinitionDocsTest() throws IOException {
    Matcher matcher = YAML.matcher(Files.readString(Path.of("..", "docs", "definitions.md")));
    while (matcher.find()) {
      String block = matcher.group(1);
      blocks.add(block.contains("\nname:") ? block : "name: Docs\n" + block);
    }
  }

  @Test
  void everyExampleOfTheDocumentIsAValidSpace() {
    assertThat(blocks).hasSizeGreaterThan(5);
    for (String block : blocks) {
      assertThat(SpaceFiles.check("definitions.md", block, name -> null))
          .as(block)
          .extracting(FileProblem::shown)
          .isEmpty();
    }
  }

  @Test
  void theDocumentShowsEveryMemberOfTheSchema() throws Exception {
    Set<String> shown = new HashSet<>();
    for (String block : blocks) {
      addKeys(YamlDocument.parse("definitions.md", block).json(), shown);
    }
    Set<String> inSchema = new TreeSet<>();
    JsonNode schema =
        new ObjectMapper().readTree(Path.of("..", "docs", "space.schema.json").toFile());
    for (JsonNode properties : schema.findValues("properties")) {
      properties.fieldNames().forEachRemaining(inSchema::add);
    }
    inSchema.removeAll(NOT_WRITTEN);
    assertThat(inSchema).hasSizeGreaterThan(60);
    assertThat(shown).containsAll(inSchema);
  }

  @Test
  void initWritesASpaceThatIsValidAndNoFileTwice(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("my.yaml");

    assertThat(run("init", file.toString())).contains("wrote " + file, "up --space");
    assertThat(run("validate", file.toString())).isEqualTo(file + ": valid\n");
    SpaceDefinition space = SpaceFiles.read(file, name -> null);
    assertThat(space.traits()).isNotEmpty();
    assertThat(space.sources().get(0).writeKey()).startsWith("wk_").hasSizeGreaterThan(20);
    assertThat(Files.readString(file)).doesNotContain("@WRITE_KEY@", "@TOKEN@");
    assertThat(run("init", file.toString())).contains(file + ": is there already");
  }

  private static String run(String... arguments) {
    StringWriter all = new StringWriter();
    PrintWriter writer = new PrintWriter(all, true);
    Commands.run(new LinkedModules(System.out, System.err), writer, writer, arguments);
    return all.toString();
  }

  private static void addKeys(JsonNode node, Set<String> keys) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      keys.add(member.getKey());
    }
    node.forEach(child -> addKeys(child, keys));
  }
}
