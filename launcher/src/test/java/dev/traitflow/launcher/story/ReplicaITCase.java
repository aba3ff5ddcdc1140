package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one broker: one takes calls and owns the clock, the other only reads. */
class ReplicaITCase {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  @Test
  void aReplicaReadsWhatTheOtherServerTook(@TempDir Path directory) throws Exception {
    Story early = new Story();
    early.identify("u1", "{'plan':'early'}");
    early.flush();
    try (ProcessRunner process = start(directory, early)) {
      TestInstance replica = connect(process, early);
      Story story = new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");

      awaitSpace(replica, story);
      for (int i = 1; i <= 10; i++) {
        String token = event(story, "u1", i);
        Answer answer = read(replica, story, "user_id:u1/traits?after=" + token);
        assertThat(answer.expect(200).at("/traits/n").asInt()).isEqualTo(i);
      }
      assertThat(read(replica, early, "user_id:u1/traits").expect(200).at("/traits/plan").asText())
          .isEqualTo("early");

      story.trait("{'key':'m','type':'event_counter','event':'E','window':{'within':'1 d'}}");
      String token = event(story, "u1", 11);
      Answer later = read(replica, story, "user_id:u1/traits?after=" + token);
      assertThat(later.expect(200).path("traits")).hasToString("{\"m\":11,\"n\":11}");
      story.flush();
      String after = "user_id:u1/traits/n/why?after=" + event(story, "u2", 1);
      assertThat(read(replica, story, after).expect(200).at("/counted/total").asInt())
          .isEqualTo(11);
      assertThat(export(replica, story)).isEqualTo(export(story.instance(), story));

      refusesChanges(replica, story);
    }
    // It goes on where it was.
    String token = event(early, "u1", 1);
    try (ProcessRunner process = start(directory, early)) {
      TestInstance replica = connect(process, early);
      JsonNode events =
          read(replica, early, "user_id:u1/events?wait=30&after=" + token).expect(200);
      assertThat(events.path("data")).hasSize(1);
    }
  }

  /** A definition reaches a replica through a topic of its own, a moment later. */
  private static void awaitSpace(TestInstance replica, Story story) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (read(replica, story, "user_id:nobody/traits").status() != 404) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
    }
  }

  private static void refusesChanges(TestInstance replica, Story story) {
    String call = "{\"userId\":\"u1\",\"event\":\"E\"}";
    Answer tracked = replica.basic("POST", "/v1/track", "wk-" + story.space(), call);
    assertThat(tracked.status()).as("a client sends a refused call again").isEqualTo(503);
    String space = "/config/spaces/" + story.space();
    JsonNode trait = Story.json("{'key':'k','type':'event_counter','event':'E'}");
    String users = "/v1/spaces/" + story.space() + "/collections/users/";
    for (Answer refused :
        List.of(
            tracked,
            replica.admin("POST", space + "/traits", trait),
            replica.admin("DELETE", space + "/traits/n", null),
            replica.admin("DELETE", space + "/traits/plan", null),
            replica.admin("DELETE", space + "/profiles/user_id:u1", null),
            replica.admin("POST", "/admin/flush", null),
            replica.admin("POST", "/admin/clock", Story.json("{'advance':'PT1H'}")),
            replica.basic(
                "POST",
                users + "profiles/user_id:u1/external_ids/delete",
                "tk-" + story.space(),
                "{\"delete_external_ids\":[{\"id\":\"a\",\"type\":\"email\"}]}"))) {
      assertThat(refused.status()).as(refused.text()).isIn(403, 503);
      assertThat(refused.text())
          .contains("This server is a replica and only reads: send this to the server that owns");
    }
    assertThat(replica.admin("POST", space + "/traits/preview", trait).status()).isEqualTo(200);
    String ids = "{\"ids\":[\"user_id:u1\"]}";
    assertThat(
            replica
                .basic("POST", users + "profiles/bulk", "tk-" + story.space(), ids)
                .expect(200)
                .at("/data/0/traits/n")
                .asInt())
        .isEqualTo(11);
  }

  private static ProcessRunner start(Path directory, Story story) throws Exception {
    story.instance().shareAdminToken(directory.resolve("replica"));
    return ProcessRunner.start(
        directory,
        "serve",
        "--replica",
        "--kafka-properties",
        story.instance().kafkaProperties().toString(),
        "--port",
        "0",
        "--data",
        directory.resolve("replica").toString());
  }

  private static TestInstance connect(ProcessRunner process, Story story) throws Exception {
    String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
    return story.instance().other(ready.substring("ready ".length()).strip(), process);
  }

  private static String event(Story story, String user, int number) {
    ObjectNode call = (ObjectNode) Story.json("{'event':'E'}");
    call.put("userId", user).put("messageId", story.space() + user + number);
    return story.sendForToken("track", call, story.start());
  }

  private static Answer read(TestInstance replica, Story story, String rest) {
    String path = "/v1/spaces/" + story.space() + "/collections/users/profiles/" + rest;
    return replica.basic("GET", path, "tk-" + story.space(), "");
  }

  private static String export(TestInstance instance, Story story) {
    return instance
        .admin("GET", "/admin/export?space=" + story.space(), null)
        .text()
        .replaceAll("\"as_of\":\"[^\"]*\"", "");
  }
}
