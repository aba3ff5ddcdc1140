package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may replay a file into a running instance. */
class ReplayKeysITCase {
  private static final String CALL =
      "{\"type\":\"track\",\"event\":\"Seen\",\"userId\":\"u1\",\"timestamp\":\"2025-02-01T00:00:00Z\"}\n";

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

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

    assertThat(report).isEqualTo("read 1 accepted 1 duplicate 0 rejected 0\n");
    assertThat(story.profile("user_id:u1", "events").expect(200).toString()).contains("Seen");
  }

  @Test
  void aReplayIntoARunningInstanceIsHistoryAndLeavesItsClockAsItIs() throws Exception {
    Instant now = story.instance().now();

    ProcessRunner replay = replay();

    assertThat(Files.readString(replay.awaitSuccess(TIMEOUT))).startsWith("read 1 accepted 1 ");
    assertThat(replay.awaitErr(line -> line.contains("--clock wall"), TIMEOUT))
        .hasValueSatisfying(line -> assertThat(line).contains("the instance's clock stays"));
    assertThat(story.instance().now()).isEqualTo(now);
    assertThat(story.profile("user_id:u1", "events").expect(200).at("/data/0/timestamp").asText())
        .isEqualTo("2025-02-01T00:00:00.000Z");
  }

  @Test
  void aClockThatCannotFollowTheFileIsRefusedWithTheOptionThatWorks() throws Exception {
    List<String> said = replay("--clock", "event").awaitEnd(TIMEOUT);

    assertThat(said)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("runs on the test clock", "(--clock wall takes the file as history"));
    assertThat(said).noneMatch(line -> line.contains("HTTP 409") || line.contains("{"));
  }

  private ProcessRunner replay(String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("calls.ndjson"), CALL);
    List<String> line = new ArrayList<>(List.of("replay", file.toString(), "--connect"));
    line.addAll(List.of(story.instance().url(), "--write-key", source("server")));
    line.addAll(List.of("--data", story.instance().data().toString()));
    line.addAll(List.of(more));
    return ProcessRunner.start(directory, line.toArray(String[]::new));
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
