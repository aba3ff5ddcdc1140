package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that no model may be trained on, and how that is told: before creation and after it. */
class PredictionRefusalsITCase {
  private static final int DAYS = 60;
  private static final int USERS = 230;

  /** How many users did the target in the newest window of 15 days. */
  private static final int POSITIVES = 99;

  private static Story story;
  private static PredictionStory predictions;

  @BeforeAll
  static void sendSixtyDays() {
    story = new Story("{'limits':'vendor'}");
    predictions = new PredictionStory(story);
    send(story, List.of("Page Viewed", "Searched", "Signed In", "Gappy"));
  }

  @AfterAll
  static void end() {
    story.endPredictions();
  }

  /**
   * 230 users over 60 days, each active every ten days. {@code Joined} is done by 99 of them in the
   * last 15 days and by others on every day before; {@code Gappy} happens daily but 20 days ago.
   */
  private static void send(Story story, List<String> others) {
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int user = 0; user < USERS; user++) {
      for (int day = 1 + user % 10; day < DAYS; day += 10) {
        add(story, calls, user, others.get((user + day / 10) % others.size()), day);
      }
      add(story, calls, user, others.get(0), DAYS);
    }
    for (int day = 1; day <= DAYS; day++) {
      if (others.contains("Gappy")) {
        add(story, calls, day, "Gappy", day);
      }
      // The day on which the window begins may lie in it or not: somebody who is in it anyway.
      if (day > 14) {
        add(story, calls, day == 15 ? 0 : 200, "Joined", day);
      }
    }
    for (int user = 0; user < POSITIVES; user++) {
      add(story, calls, user, "Joined", 1 + user % 14);
    }
    // Again and again by the same people: it is users that count.
    add(story, calls, 0, "Joined", 3);
    story.batch(calls);
    story.flush();
  }

  private static void add(Story story, ArrayNode calls, int user, String event, int day) {
    if (event.equals("Gappy") && day == 20) {
      return;
    }
    ObjectNode call = calls.addObject().put("type", "track").put("userId", "u" + user);
    call.put("event", event).put("messageId", story.space() + "-" + calls.size());
    Instant today = story.start().truncatedTo(ChronoUnit.DAYS);
    int minute = event.equals("Joined") ? 0 : user + 1;
    call.put("timestamp", today.minus(Duration.ofDays(day).minusMinutes(minute)).toString());
  }

  @Test
  @Tag("M-05")
  void windowsAreOneOfFive() {
    Story empty = new Story();
    for (int days : List.of(15, 30, 60, 90, 120)) {
      JsonNode created =
          empty
              .config(
                  "POST",
                  "/predictions",
                  "{'key':'p" + days + "','kind':'purchase','window_days':" + days + "}")
              .expect(201);
      assertThat(created.path("window_days").asInt()).isEqualTo(days);
    }
    JsonNode error =
        empty
            .config("POST", "/predictions", "{'key':'p45','kind':'purchase','window_days':45}")
            .expect(400)
            .path("error");
    assertThat(error.path("code").asText()).isEqualTo("validation_error");
    assertThat(error.path("field").asText()).isEqualTo("window_days");
    assertThat(error.path("message").asText()).contains("45").contains("15, 30, 60, 90 or 120");
    empty.config("GET", "/predictions/p45", null).expect(404);
    JsonNode failed = new PredictionStory(empty).trained("p30");
    assertThat(failed.path("state").asText()).isEqualTo("Failed");
    assertThat(failed.path("code").asText()).isEqualTo("unknown_event");
    empty.endPredictions();
  }

  @Test
  @Tag("M-09")
  void ninetyNinePositivesAreTooFew() {
    String definition = "{'key':'joins','kind':'custom','events':['Joined'],'window_days':15}";
    JsonNode preview = story.config("POST", "/predictions/preview", definition).expect(200);
    assertThat(preview.path("eligible").asInt()).isEqualTo(USERS);
    assertThat(preview.path("positives").asInt()).isEqualTo(POSITIVES);
    assertThat(preview.path("code").asText()).isEqualTo("too_few_positives");
    failed(definition, "too_few_positives", POSITIVES, 100);
  }

  @Test
  @Tag("M-09")
  void fourEventTypesAreTooFew() {
    Story four = new Story();
    send(four, List.of("Page Viewed", "Searched", "Signed In"));
    String definition = "{'key':'joins','kind':'custom','events':['Joined'],'window_days':15}";
    PredictionStory there = new PredictionStory(four);
    there.create(definition);
    JsonNode shown = there.trained("joins");
    assertThat(shown.path("state").asText()).isEqualTo("Failed");
    assertThat(shown.path("code").asText()).isEqualTo("too_few_event_types");
    assertThat(check(shown, "too_few_event_types").at("/numbers/found").asInt()).isEqualTo(4);
    four.endPredictions();
  }

  @Test
  @Tag("M-10")
  void historySpansThreeWindows() {
    String definition = "{'key':'month','kind':'custom','events':['Joined'],'window_days':30}";
    failed(definition, "not_enough_history", DAYS, 90);
  }

  @Test
  @Tag("M-11")
  void theTargetHappensEveryDay() {
    String definition = "{'key':'gap','kind':'custom','events':['Gappy'],'window_days':15}";
    failed(definition, "target_event_gaps", 1, 0);
    String day = story.instance().now().minus(Duration.ofDays(20)).toString().substring(0, 10);
    assertThat(check(predictions.show("gap"), "target_event_gaps").path("sentence").asText())
        .contains("at most 1 in a row: " + day + " (expected at least once every day)");
  }

  @Test
  @Tag("M-24")
  void aRefusedPredictionFailsWithReasonAndNumbersAndScoresNobody() {
    String definition = "{'key':'never','kind':'custom','events':['Nothing'],'window_days':15}";
    JsonNode begun = predictions.create(definition);
    assertThat(begun.path("state").asText()).isEqualTo("In Progress");
    JsonNode failed = predictions.trained("never");
    assertThat(failed.path("state").asText()).isEqualTo("Failed");
    assertThat(failed.path("code").asText()).isEqualTo("unknown_event");
    assertThat(failed.path("message").asText()).contains("Nothing");
    assertThat(failed.path("version").isNull()).isTrue();
    story.flush();
    predictions.profiles().values().forEach(traits -> assertThat(traits.has("never")).isFalse());
    story.config("GET", "/predictions/never/explore", null).expect(409);
  }

  @Test
  @Tag("M-25")
  void aPredictionIsRecreatedNotEdited() {
    predictions.create("{'key':'once','kind':'custom','events':['Nothing']}");
    JsonNode before = predictions.trained("once");
    for (String method : List.of("PUT", "PATCH")) {
      JsonNode error =
          story
              .config(method, "/predictions/once", "{'key':'once','kind':'purchase'}")
              .expect(400)
              .path("error");
      assertThat(error.path("message").asText()).contains("cannot be edited, only recreated");
    }
    assertThat(predictions.show("once")).isEqualTo(before);
    story.config("DELETE", "/predictions/once", null).expect(200);
    JsonNode anew = predictions.create("{'key':'once','kind':'purchase'}");
    assertThat(anew.path("kind").asText()).isEqualTo("purchase");
    assertThat(anew.path("state").asText()).isEqualTo("In Progress");
  }

  @Test
  void theCommandLineTellsTheSame(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("shown.yaml");
    Files.writeString(file, "{key: shown, kind: custom, events: [Joined], window_days: 15}");
    JsonNode preview = command(directory, "preview", file.toString());
    assertThat(preview.path("code").asText()).isEqualTo("too_few_positives");
    predictions.create("{'key':'shown','kind':'custom','events':['Joined'],'window_days':15}");
    JsonNode trained = predictions.trained("shown");
    JsonNode shown = command(directory, "show", "shown");
    assertThat(shown.path("state")).isEqualTo(trained.path("state"));
    assertThat(shown.path("message")).isEqualTo(trained.path("message"));
    assertThat(command(directory, "list").path("data").findValuesAsText("key")).contains("shown");
    assertThat(command(directory, "versions", "shown").path("data")).isEmpty();
  }

  private static JsonNode command(Path directory, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("predictions"));
    line.addAll(List.of(words));
    line.addAll(List.of("--space", story.space(), "--json"));
    String answer = story.instance().command(directory, line.toArray(String[]::new));
    return new ObjectMapper().readTree(answer);
  }

  /** Creates the prediction and expects that its training is refused with what was found. */
  private static void failed(String definition, String code, int found, int wanted) {
    String key = predictions.create(definition).path("key").asText();
    JsonNode shown = predictions.trained(key);
    assertThat(shown.path("state").asText()).as(shown.toString()).isEqualTo("Failed");
    assertThat(shown.path("code").asText()).isEqualTo(code);
    JsonNode check = check(shown, code);
    assertThat(check.path("passed").asBoolean(true)).isFalse();
    assertThat((int) check.at("/numbers/found").asDouble()).isEqualTo(found);
    assertThat(check.at("/numbers/expected").asInt()).isEqualTo(wanted);
    assertThat(shown.path("message").asText()).contains(Integer.toString(found));
  }

  private static JsonNode check(JsonNode shown, String code) {
    for (JsonNode check : shown.path("checks")) {
      if (check.path("code").asText().equals(code)) {
        return check;
      }
    }
    throw new AssertionError(code + ": not among " + shown.path("checks"));
  }
}
