package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.ProfileAnswers.call;
import static dev.traitflow.launcher.story.ProfileAnswers.events;
import static dev.traitflow.launcher.story.ProfileAnswers.isRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a profile did, who it is and whom it is linked to: events, identifiers and accounts. */
class ProfileHistoryITCase {
  @Test
  @Tag("K-09")
  void eventsFilters() {
    Story story = new Story();
    for (int hour = 1; hour <= 4; hour++) {
      story.track("u1", "E" + hour, "{'n':" + hour + "}", story.after(Duration.ofHours(hour - 5)));
    }
    story.flush();

    assertThat(events(story, "")).containsExactly("E4", "E3", "E2", "E1");
    assertThat(events(story, "?sort=asc")).containsExactly("E1", "E2", "E3", "E4");
    assertThat(events(story, "?include=E1,E2")).containsExactly("E2", "E1");
    assertThat(events(story, "?exclude=E1,E2")).containsExactly("E4", "E3");
    assertThat(events(story, "?include=E1,E2&exclude=E2")).containsExactly("E1");
    String start = story.after(Duration.ofHours(-3)).toString();
    String end = story.after(Duration.ofHours(-1)).toString();
    assertThat(events(story, "?start=" + start + "&end=" + end)).containsExactly("E3", "E2");
    assertThat(events(story, "?start=" + start.replace("Z", "+00:00"))).hasSize(3);
    String date = story.start().toString().substring(0, 10);
    assertThat(events(story, "?end=" + date))
        .hasSizeBetween(0, 4)
        .isEqualTo(events(story, "?end=" + date + "T00:00:00Z"));
    isRefused(story.profile("user_id:u1", "events?sort=up"), 400, "invalid_request_error");
    isRefused(story.profile("user_id:u1", "events?start=soon"), 400, "invalid_request_error");

    JsonNode event = story.profile("user_id:u1", "events?limit=1").expect(200).at("/data/0");
    assertThat(event.path("type").asText()).isEqualTo("track");
    assertThat(event.path("properties").toString()).isEqualTo("{\"n\":4}");
    assertThat(event.path("source_id").asText()).isEqualTo("web");
    assertThat(event.at("/external_ids/0").toString())
        .isEqualTo(
            "{\"collection\":\"users\",\"type\":\"user_id\",\"id\":\"u1\",\"encoding\":\"none\"}");
    assertThat(event.at("/related/users").asText()).startsWith("use_");
  }

  @Test
  void aCursorNeitherSkipsNorRepeatsWhileEventsArrive() {
    Story story = new Story();
    for (int minute = 1; minute <= 6; minute++) {
      story.track("u1", "E" + minute, "{}", story.after(Duration.ofMinutes(minute - 10)));
    }
    story.flush();
    JsonNode first = story.profile("user_id:u1", "events?limit=3").expect(200);
    String next = "?limit=3&next=" + first.at("/cursor/next").asText();

    story.track("u1", "Newer", "{}", story.after(Duration.ofMinutes(-1)));
    story.flush();

    assertThat(first.path("data").findValuesAsText("event")).containsExactly("E6", "E5", "E4");
    assertThat(events(story, next)).containsExactly("E3", "E2", "E1");
    assertThat(events(story, "?limit=1")).containsExactly("Newer");
  }

  @Test
  @Tag("K-10")
  void fourteenDays() {
    for (String limits : List.of("vendor", "none")) {
      Story story = new Story("{'limits':'" + limits + "'}");
      story.track("u1", "Old", "{}", story.after(Duration.ofDays(-15)));
      story.track("u1", "New", "{}", story.after(Duration.ofDays(-13)));
      story.flush();

      boolean all = limits.equals("none");
      assertThat(events(story, "")).hasSize(all ? 2 : 1).contains("New");
      assertThat(events(story, "?history=full")).containsExactly("New", "Old");
      String before = "?end=" + story.after(Duration.ofDays(-14));
      assertThat(events(story, before)).hasSize(all ? 1 : 0);
      isRefused(story.profile("user_id:u1", "events?history=x"), 400, "invalid_request_error");
    }
  }

  @Test
  @Tag("K-11")
  void externalIds() {
    Story story = new Story();
    String first =
        story.send(
            "identify",
            call("{'userId':'u1','anonymousId':'a1','traits':{}}"),
            story.after(Duration.ofMinutes(-2)));
    String second =
        story.send(
            "identify",
            call("{'userId':'u1','traits':{'email':'a@x.io'}}"),
            story.after(Duration.ofMinutes(-1)));
    story.flush();

    JsonNode answer = story.profile("user_id:u1", "external_ids").expect(200);
    assertThat(answer.path("data").findValuesAsText("type"))
        .containsExactly("anonymous_id", "user_id", "email");
    assertThat(answer.path("data").findValuesAsText("first_message_id"))
        .containsExactly(first, first, second);
    JsonNode email = answer.at("/data/2");
    List<String> fields = new ArrayList<>();
    email.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "source_id", "collection", "id", "type", "created_at", "encoding", "first_message_id");
    assertThat(email.path("collection").asText()).isEqualTo("users");
    assertThat(email.path("source_id").asText()).isEqualTo("web");
    assertThat(email.path("encoding").asText()).isEqualTo("none");
    assertThat(Instant.parse(email.path("created_at").asText()))
        .isEqualTo(story.after(Duration.ofMinutes(-1)));
    assertThat(answer.at("/cursor/limit").asInt()).isEqualTo(10);
    JsonNode phone = story.profile("user_id:u1", "external_ids?include=phone").expect(200);
    assertThat(phone.path("data").isArray()).isTrue();
    assertThat(phone.path("data")).isEmpty();
  }

  @Test
  @Tag("K-12")
  void metadata() {
    Story story = new Story();
    String late =
        story.send("track", call("{'userId':'u1','event':'B'}"), story.after(Duration.ofDays(-1)));
    String early =
        story.send("track", call("{'userId':'u1','event':'A'}"), story.after(Duration.ofDays(-3)));
    story.flush();

    JsonNode metadata = story.profile("user_id:u1", "metadata").expect(200).path("metadata");
    assertThat(Instant.parse(metadata.path("created_at").asText()))
        .isEqualTo(story.after(Duration.ofDays(-3)));
    assertThat(Instant.parse(metadata.path("updated_at").asText()))
        .isEqualTo(story.after(Duration.ofDays(-1)));
    assertThat(metadata.path("expires_at").isNull()).isTrue();
    assertThat(metadata.path("first_message_id").asText()).isEqualTo(early);
    assertThat(metadata.path("last_message_id").asText()).isEqualTo(late);
    assertThat(metadata.path("first_source_id").asText()).isEqualTo("web");
    assertThat(metadata.path("last_source_id").asText()).isEqualTo("web");
    assertThat(metadata.has("segment_id")).isFalse();
    JsonNode verbose =
        story.profile("user_id:u1", "metadata?verbose=true").expect(200).path("metadata");
    assertThat(verbose.path("segment_id").asText()).startsWith("use_");
    assertThat(verbose.path("merged_from").isArray()).isTrue();
  }

  @Test
  @Tag("K-14")
  void accountsCollection() {
    Story story = new Story();
    story.send(
        "group",
        call("{'userId':'u1','groupId':'g1','traits':{'industry':'Tech'}}"),
        story.start());
    story.flush();

    JsonNode traits = story.read("accounts", "group_id:g1", "traits").expect(200);
    assertThat(traits.at("/traits/industry").asText()).isEqualTo("Tech");
    String url = traits.at("/cursor/url").asText();
    assertThat(url).contains("/collections/accounts/profiles/acc_");
    String account = url.replaceFirst(".*/(acc_[^/]+)/.*", "$1");
    assertThat(story.read("accounts", account, "traits").expect(200)).isEqualTo(traits);
    JsonNode ids = story.read("accounts", "group_id:g1", "external_ids").expect(200);
    assertThat(ids.at("/data/0/collection").asText()).isEqualTo("accounts");
    isRefused(story.read("users", "group_id:g1", "traits"), 404, "not_found");
    isRefused(story.read("accounts", "user_id:u1", "traits"), 404, "not_found");
  }
}
