package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why a profile has its score, over HTTP and the command line, by really trained models of churn
 * and of spend: on a shop's 80 days of which most visitors do not see the end.
 */
class ScoreWhyITCase {
  private static final int USERS = 500;
  private static final int DAYS = 80;
  private static final String PREDICTIONS =
      "{'predictions':["
          + "{'key':'leaves','kind':'churn','event':'Page Viewed','window_days':15},"
          + "{'key':'spend','kind':'ltv','event':'Order Completed','window_days':15}]}";

  private static final Story STORY = new Story(PREDICTIONS);
  private static int next = 2;

  @BeforeAll
  static void trains() {
    Random random = new Random(17);
    List<ObjectNode> calls = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      visit(user, random, calls);
    }
    for (int from = 0; from < calls.size(); from += 500) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode();
      batch.addAll(calls.subList(from, Math.min(calls.size(), from + 500)));
      STORY.batch(batch);
    }
    STORY.flush();
    JsonNode trained =
        STORY.instance().admin("POST", "/admin/train?space=" + STORY.space(), null).expect(200);
    for (JsonNode one : trained) {
      assertThat(one.path("state").asText()).as(one.path("message").asText()).isEqualTo("Live");
    }
    assertThat(trained).hasSize(2);
    STORY.flush();
  }

  @AfterAll
  static void end() {
    STORY.endPredictions();
  }

  /** Visits with a rhythm of one's own; who leaves asks for help before. */
  private static void visit(int user, Random random, List<ObjectNode> calls) {
    boolean leaves = user % 5 < 3;
    int until = leaves ? 46 + random.nextInt(DAYS - 46) : DAYS;
    double often = 0.15 + 0.5 * random.nextDouble();
    for (int day = 0; day < until; day++) {
      if (random.nextDouble() < often) {
        call(user, day, "Page Viewed", calls);
        if (random.nextDouble() < 0.4) {
          call(user, day, "Product Added", calls);
        }
        if (random.nextDouble() < 0.3) {
          ObjectNode order = call(user, day, "Order Completed", calls);
          order.putObject("properties").put("revenue", 5 + random.nextInt(40) + user % 7);
        }
      }
      if (random.nextDouble() < 0.03) {
        call(user, day, "Email Opened", calls);
      }
      if (random.nextDouble() < (leaves && until - day < 8 ? 0.4 : 0.01)) {
        call(user, day, "Help Asked", calls);
      }
    }
  }

  private static ObjectNode call(int user, int day, String event, List<ObjectNode> calls) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("type", "track").put("event", event).put("userId", "u" + user);
    call.put("messageId", STORY.space() + "-w" + calls.size());
    Instant time = STORY.start().minus(Duration.ofDays(DAYS - day)).plusSeconds(calls.size() % 900);
    call.put("timestamp", time.toString());
    calls.add(call);
    return call;
  }

  @Test
  void contributionsAddUpToTheStoredProbability() {
    int explained = 0;
    double least = 1;
    double most = 0;
    for (int user = 0; user < USERS && explained < 12; user += 7) {
      JsonNode traits = STORY.traits("u" + user);
      if (!traits.has("leaves")) {
        continue;
      }
      JsonNode why = why("u" + user, "leaves_probability", "");
      double probability = traits.path("leaves_probability").asDouble();
      assertThat(why.path("value").asDouble()).isEqualTo(probability);
      assertThat(1 / (1 + Math.exp(-sum(why)))).isCloseTo(probability, within(1e-6));
      assertThat(why.path("matches_stored").asBoolean()).isTrue();
      assertThat(why.at("/stored/percentile").asDouble())
          .isEqualTo(traits.path("leaves").asDouble())
          .isEqualTo(why.at("/score/percentile").asDouble());
      assertThat(why.path("model_version").asText()).matches("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
      assertThat(why.path("prediction").asText()).isEqualTo("leaves");
      assertThat(why.path("events").findValuesAsText("name"))
          .contains("all events", "Page Viewed", "Help Asked");
      least = Math.min(least, probability);
      most = Math.max(most, probability);
      explained++;
    }
    assertThat(explained).isEqualTo(12);
    assertThat(most - least).as("spread of the probabilities explained").isGreaterThan(0.2);
  }

  @Test
  void contributionsAddUpToTheStoredAmount() {
    int explained = 0;
    for (int user = 1; user < USERS && explained < 12; user += 7) {
      JsonNode traits = STORY.traits("u" + user);
      if (!traits.has("spend_amount")) {
        continue;
      }
      JsonNode why = why("u" + user, "spend", "");
      double amount = traits.path("spend_amount").asDouble();
      assertThat(Math.exp(sum(why))).isCloseTo(amount, within(0.0051));
      assertThat(why.at("/score/currency").asText()).isEqualTo("USD");
      assertThat(why.path("scale").asText()).isEqualTo("log_amount");
      assertThat(why.at("/base/amount").asDouble())
          .isCloseTo(Math.exp(why.at("/base/value").asDouble()), within(1e-9));
      explained++;
    }
    assertThat(explained).isEqualTo(12);
  }

  @Test
  void aShortAnswerSumsUpWhatItLeavesOut() {
    String user = scored();
    JsonNode whole = why(user, "leaves", "");
    JsonNode brief = why(user, "leaves", "?limit=2");

    assertThat(sum(brief)).isCloseTo(sum(whole), within(1e-12));
    for (JsonNode event : brief.path("events")) {
      double contribution = event.at("/others/push").asDouble();
      for (JsonNode feature : event.path("features")) {
        contribution += feature.path("push").asDouble();
      }
      assertThat(event.path("features").size()).isLessThanOrEqualTo(2);
      assertThat(contribution).isCloseTo(event.path("push").asDouble(), within(1e-9));
    }
  }

  @Test
  void valuesAreToldInDaysAndTimes() {
    String user = scored();
    JsonNode why = why(user, "leaves", "");
    Instant at = Instant.parse(why.path("scored_at").asText());
    JsonNode last =
        STORY
            .profile("user_id:" + user, "events?limit=1&include=Page+Viewed&sort=desc")
            .expect(200)
            .at("/data/0");
    Instant seen = Instant.parse(last.path("timestamp").asText());
    double days = Duration.between(seen, at).toMillis() / 86_400_000.0;

    JsonNode feature = feature(why, "Page Viewed", "days_since_last");
    assertThat(feature.path("value").asDouble()).isCloseTo(days, within(1e-9));
    assertThat(feature.path("words").asText()).isEqualTo("time since the last");
    assertThat(feature.path("text").asText()).endsWith(days == 1 ? " day" : " days");
  }

  @Test
  void whatCameLateSinceIsToldHonestly() {
    String user = scored();
    JsonNode before = why(user, "leaves", "");
    Instant at = Instant.parse(before.path("scored_at").asText());
    STORY.instance().moveTo(STORY.instance().now().plusSeconds(60));
    for (int i = 0; i < 40; i++) {
      STORY.track(user, "Page Viewed", "{}", at.minus(Duration.ofHours(1 + i)));
    }
    STORY.flush();

    JsonNode after = why(user, "leaves", "?as_of=" + at);
    assertThat(after.path("model_version")).isEqualTo(before.path("model_version"));
    assertThat(after.path("stored")).isEqualTo(before.path("stored"));
    assertThat(after.path("matches_stored").asBoolean()).isFalse();
    assertThat(after.at("/text/0").asText())
        .startsWith("The score that was written is not the one explained here");
    assertThat(1 / (1 + Math.exp(-sum(after))))
        .isCloseTo(after.at("/score/probability").asDouble(), within(1e-6));
    JsonNode known = why(user, "leaves", "?known=true&as_of=" + at);
    assertThat(known.path("matches_stored").asBoolean()).isTrue();
    assertThat(known.path("events")).isEqualTo(before.path("events"));
  }

  @Test
  void whoIsNotAskedAboutIsToldWhy() {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("anonymousId", "nobody-" + STORY.space()).put("event", "Page Viewed");
    STORY.send("track", call, STORY.start());
    STORY.track("once-only", "Page Viewed", "{}", STORY.start().minus(Duration.ofDays(40)));
    STORY.flush();

    JsonNode anonymous =
        STORY.profile("anonymous_id:nobody-" + STORY.space(), "traits/leaves/why").expect(200);
    assertThat(anonymous.path("state").asText()).isEqualTo("not_eligible");
    assertThat(anonymous.path("value").isNull()).isTrue();
    JsonNode gone = why("once-only", "leaves_probability", "");
    assertThat(gone.path("state").asText()).isEqualTo("not_eligible");
    assertThat(gone.at("/text/0").asText()).contains("Page Viewed within the last 15 days");
    STORY.profile("user_id:once-only", "traits/leaves_of/why").expect(404);
  }

  @Test
  void theCommandLineDrawsTheSameExplanation(@TempDir Path directory) {
    String user = scored();
    String shown = command(directory, user, "leaves");
    assertThat(shown)
        .startsWith("leaves = ")
        .contains(
            "\nscored at ", "raise the score", "lower the score", "█", "the score", "log odds")
        .contains("Probability of not doing Page Viewed within 15 days is ");
    JsonNode json = Story.json(command(directory, user, "leaves", "--json"));
    JsonNode http = why(user, "leaves", "?limit=100");
    // The command line writes 1.0 as 1, which no reader of JSON minds.
    assertThat(json.path("events").findValuesAsText("push"))
        .isEqualTo(http.path("events").findValuesAsText("push"));
    assertThat(json.path("text")).isEqualTo(http.path("text"));
    assertThat(command(directory, "u1", "spend")).contains("Expected spend by Order Completed");
  }

  private static String command(Path directory, String user, String trait, String... more) {
    List<String> line = new ArrayList<>(List.of("profile", "why", "user_id:" + user, trait));
    line.addAll(List.of(more));
    line.addAll(List.of("--space", STORY.space()));
    return STORY.instance().command(directory, line.toArray(String[]::new));
  }

  private static JsonNode why(String user, String trait, String query) {
    return STORY.profile("user_id:" + user, "traits/" + trait + "/why" + query).expect(200);
  }

  /** A user with a score of leaving; each call finds another one. */
  private static String scored() {
    for (; next < USERS; next++) {
      if (STORY.traits("u" + next).has("leaves")) {
        return "u" + next++;
      }
    }
    throw new AssertionError("got no user with a score (expected many)");
  }

  /** Base value, contributions and correction, added up by the reader. */
  private static double sum(JsonNode why) {
    double sum = why.at("/base/value").asDouble() + why.at("/correction/value").asDouble();
    for (JsonNode event : why.path("events")) {
      sum += event.path("push").asDouble();
    }
    assertThat(sum).isCloseTo(why.at("/sum/total").asDouble(), within(1e-6));
    return sum;
  }

  private static JsonNode feature(JsonNode why, String event, String feature) {
    for (JsonNode each : why.path("events")) {
      for (JsonNode one : each.path("features")) {
        if (each.path("event").asText().equals(event)
            && one.path("feature").asText().equals(feature)) {
          return one;
        }
      }
    }
    throw new AssertionError("got no " + feature + " of " + event + " in " + why);
  }
}
