package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.ProfileAnswers.call;
import static dev.traitflow.launcher.story.ProfileAnswers.isRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import dev.traitflow.server.log.LogToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads that wait for a write, and the one route that changes a profile. */
class ProfileWritesITCase {
  @Test
  void deletesAnIdentifierOrSaysWhyNot() {
    Story story = new Story();
    Story closed = new Story("{'identifier_deletion':false}");
    story.identify("u1", "{'email':'old@x.io','plan':'pro'}");
    story.flush();
    String leaf = "external_ids/delete";

    isRefused(
        delete(story, "user_id:u1", "[{'id':'g1','type':'group_id'}]"),
        400,
        "unsupported_eid_type");
    isRefused(
        delete(story, "email:old@x.io", "[{'id':'u1','type':'user_id'}]"), 400, "bad_request");
    isRefused(delete(story, "user_id:u1", "[{'id':'u1','type':'user_id'}]"), 400, "bad_request");
    isRefused(delete(story, "user_id:u1", "[]"), 400, "bad_request");
    isRefused(
        delete(story, "user_id:u1", "[{'id':'a','type':'email'},{'id':'b','type':'email'}]"),
        400,
        "bad_request");
    isRefused(
        delete(story, "user_id:u1", "[{'id':'new@x.io','type':'email'}]"), 404, "eid_not_found");
    isRefused(delete(story, "user_id:u9", "[{'id':'old@x.io','type':'email'}]"), 404, "not_found");
    isRefused(delete(closed, "user_id:u1", "[{'id':'old@x.io','type':'email'}]"), 403, "forbidden");
    String users = "/v1/spaces/" + story.space() + "/collections/users/profiles/";
    isRefused(story.basic("POST", users + leaf, "{}"), 400, "bad_request");
    isRefused(
        story.instance().basic("POST", users + "user_id:u1/" + leaf, "wrong", "{}"),
        401,
        "unauthorized");

    JsonNode answer = delete(story, "user_id:u1", "[{'id':'OLD@x.io','type':'email'}]").expect(200);
    assertThat(answer.path("code").asText()).isEqualTo("success");
    assertThat(answer.path("message").asText()).isEqualTo("External identifier has been deleted.");
    story.flush();
    isRefused(story.profile("email:old@x.io", "traits"), 404, "not_found");
    assertThat(story.value("u1", "plan")).isEqualTo("\"pro\"");
  }

  @Test
  void aReadSeesTheWriteWhoseTokenItCarries() {
    Story story = new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");
    Instant before = story.instance().now();
    for (int i = 1; i <= 20; i++) {
      String token =
          story.sendForToken(
              "track",
              call("{'userId':'u1','event':'E','messageId':'" + story.space() + i + "'}"),
              story.start());
      JsonNode answer = story.profile("user_id:u1", "traits?after=" + token).expect(200);
      assertThat(answer.at("/traits/n").asInt()).isEqualTo(i);
    }
    // The same call again changes nothing, and a read must not hang on it.
    String nothing =
        story.sendForToken(
            "track",
            call("{'userId':'u1','event':'E','messageId':'" + story.space() + "1'}"),
            story.start());
    assertThat(story.profile("user_id:u1", "traits?after=" + nothing).expect(200).at("/traits/n"))
        .hasToString("20");
    story.sendForToken(
        "track",
        call("{'anonymousId':'a1','event':'E','messageId':'" + story.space() + "a'}"),
        story.start());
    String merge =
        story.sendForToken(
            "identify",
            call("{'userId':'u1','anonymousId':'a1','messageId':'" + story.space() + "b'}"),
            story.start());
    assertThat(
            story.profile("anonymous_id:a1", "traits?after=" + merge).expect(200).at("/traits/n"))
        .hasToString("21");
    assertThat(story.instance().now()).isEqualTo(before);
  }

  @Test
  void aReadThatWaitsTooLongIsToldHowFreshTheValuesAre() {
    Story story = new Story();
    String token =
        story.sendForToken(
            "identify", call("{'userId':'u1','messageId':'" + story.space() + "'}"), story.start());
    story.flush();
    String ahead = ahead(token);

    Answer answer = story.profile("user_id:u1", "traits?wait=0.2&after=" + ahead);
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.json().path("as_of").asText()).endsWith("Z");
    assertThat(answer.json().at("/error/code").asText()).isEqualTo("not_reflected_yet");
    for (String bad :
        List.of("after=x", "after=", "after=" + token + "&wait=61", "after=" + token + "&wait=x")) {
      isRefused(story.profile("user_id:u1", "traits?" + bad), 400, "invalid_request_error");
    }
    isRefused(story.profile("user_id:u2", "traits?after=" + token), 404, "not_found");
    assertThat(story.profilesAtOnce("user_id:u1", "traits?after=" + token, 300))
        .allMatch(each -> each.status() == 200);
  }

  @Test
  void hundredsWaitWithoutHoldingOthersUp() {
    Story story = new Story();
    String token =
        story.sendForToken(
            "identify", call("{'userId':'u1','messageId':'" + story.space() + "'}"), story.start());
    story.flush();
    String ahead = ahead(token);

    CompletableFuture<List<Answer>> waiting =
        CompletableFuture.supplyAsync(
            () -> story.profilesAtOnce("user_id:u1", "traits?wait=4&after=" + ahead, 400));
    long began = System.nanoTime();
    int read = 0;
    while (!waiting.isDone()) {
      story.profile("user_id:u1", "traits").expect(200);
      read++;
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(3));
    assertThat(read).isGreaterThan(100);
    assertThat(waiting.join()).hasSize(400).allMatch(answer -> answer.status() == 504);
  }

  /** A token of a record that nobody has written yet. */
  private static String ahead(String token) {
    int partition = LogToken.parse(token).orElseThrow().offsets().firstKey();
    return LogToken.of(partition, 1_000_000_000L).text();
  }

  private static Answer delete(Story story, String id, String list) {
    return story.post(id, "external_ids/delete", "{'delete_external_ids':" + list + "}");
  }
}
