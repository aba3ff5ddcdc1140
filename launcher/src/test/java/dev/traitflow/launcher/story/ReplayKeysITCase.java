package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may replay a file into a running instance. */
class ReplayKeysITCase {
  private static final String CALL =
      "{\"type\":\"track\",\"event\":\"Seen\",\"userId\":\"u1\",\"timestamp\":\"2025-02-01T00:00:00Z\"}\n";

  @TempDir private Path directory = Path.of("");
  private final Story story = new Story();

  @Test
  void theKeyOfAWebsiteReplaysOnlyBesideTheAdminToken() throws Exception {
    TestInstance instance = story.instance();
    String key = source("website");
    assertThat(instance.basic("POST", "/v1/replay?origin=a&clock=wall", key, CALL).status())
        .isEqualTo(403);

    Path file = Files.writeString(directory.resolve("calls.ndjson"), CALL);
    String report =
        instance.command(
            directory, "replay", file.toString(), "--clock", "wall", "--write-key", key);

    assertThat(report).contains("1");
    story.flush();
    assertThat(
            instance
                .admin("GET", "/config/spaces/" + story.space() + "/debugger", null)
                .expect(200)
                .toString())
        .contains("Seen");
  }

  @Test
  void theKeyOfAServerReplaysByItself() throws Exception {
    assertThat(
            story
                .instance()
                .basic("POST", "/v1/replay?origin=b&clock=wall", source("server"), CALL)
                .expect(200)
                .path("lines")
                .asInt())
        .isEqualTo(1);
  }

  private String source(String kind) {
    ObjectNode source = new ObjectMapper().createObjectNode();
    source.put("name", story.space() + " " + kind).put("kind", kind);
    source.putArray("spaces").add(story.space());
    return story
        .instance()
        .admin("POST", "/config/sources", source)
        .expect(201)
        .path("write_key")
        .asText();
  }
}
