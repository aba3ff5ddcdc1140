package dev.traitflow.launcher.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.ModelState.Phase;
import dev.traitflow.launcher.story.Story;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a prediction from its definition to its end. */
class PredictionLifeITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USERS = 400;
  private static final int DAYS = 60;

  @Test
  void beginsWhenDefinedAndEndsWithItsDefinition() throws Exception {
    Story story = new Story("{'predictions':[{'key':'buys','kind':'purchase','window_days':15}]}");
    try (ModelRecords records = new ModelRecords(story.instance().kafka(), story.space(), "buys")) {
      // There is no event yet: that is told at once, and costs no job.
      ModelState refused = records.await(state -> state.phase() == Phase.FAILED);
      assertThat(records.seen().get(0).orElseThrow().phase()).isEqualTo(Phase.IN_PROGRESS);
      assertThat(refused.code()).isEqualTo("unknown_event");
      assertThat(refused.checks()).hasSize(8);

      story.instance().moveTo(story.after(Duration.ofDays(DAYS)));
      new Buyers(story, USERS).live(0, DAYS);
      JsonNode answer =
          story
              .instance()
              .admin("POST", "/admin/train?space=" + story.space(), null)
              .expect(200)
              .path(0);
      assertThat(answer.path("state").asText()).as(answer.toString()).isEqualTo("Live");
      ModelState live = records.await(ModelState::hasModel);
      assertThat(live.version()).isEqualTo(answer.path("version").asText());
      assertThat(live.versions()).hasSize(1);
      // A reference that survives a move of the data directory, and a path for who asked.
      assertThat(live.path()).isEqualTo(story.space() + "/buys/" + live.version());
      Path bundle = Path.of(answer.path("path").asText());
      assertThat(bundle).isAbsolute().hasFileName(live.version());
      assertThat(bundle.resolve("card.json")).isRegularFile();
      story.flush();
      assertThat(story.traits("u0").path("buys_probability").isNumber()).isTrue();

      withoutPredictions(story);
      records.awaitGone();
      assertThat(bundle).doesNotExist();
    }
  }

  @Test
  void scoresAreRefreshedModelsTrainedAnewAndRolledBack() throws Exception {
    Story story = new Story("{'predictions':[{'key':'buys','kind':'purchase','window_days':15}]}");
    story.instance().moveTo(story.after(Duration.ofDays(DAYS)));
    Buyers buyers = new Buyers(story, USERS);
    buyers.live(0, DAYS);
    story.instance().admin("POST", "/admin/train?space=" + story.space(), null).expect(200);
    try (ModelRecords records = new ModelRecords(story.instance().kafka(), story.space(), "buys")) {
      ModelState first = records.await(ModelState::hasModel);
      assertThat(first.population()).isEmpty();
      assertThat(models(story).resolve(first.path()).resolve("drift.json")).isRegularFile();

      liveOn(story, buyers, DAYS, DAYS + 7);
      ModelState refreshed = records.await(state -> state.scoredAt() > first.scoredAt());
      assertThat(refreshed.scoredAt())
          .isEqualTo(story.after(Duration.ofDays(DAYS + 7)).toEpochMilli());
      assertThat(refreshed.population()).startsWith(first.path() + "-population-");
      assertThat(models(story).resolve(refreshed.population())).isRegularFile();
      assertThat(refreshed.drift().path("rows").asInt()).isEqualTo(USERS);
      assertThat(refreshed.drift().path("columns")).isNotEmpty();
      // Behind the refresh came the last day's events: their owners are scored among the others.
      List<Double> percentiles = percentiles(story);
      assertThat(percentiles).hasSize(USERS).contains(0.0, 0.99);
      assertThat(percentiles.stream().filter(each -> each >= 0.8).count())
          .isBetween(USERS * 15L / 100, USERS * 25L / 100);

      liveOn(story, buyers, DAYS + 7, DAYS + 30);
      ModelState again = records.await(state -> state.versions().size() > 1);
      assertThat(again.versions().get(1).decision()).contains("logloss", "standard error");

      story
          .config("POST", "/predictions/buys/versions", "{'version':'" + first.version() + "'}")
          .expect(200);
      ModelState back = records.await(state -> state.version().equals(first.version()));
      assertThat(back.phase()).isEqualTo(Phase.LIVE);
      story.config("POST", "/predictions/buys/versions", "{'version':'none'}").expect(400);
      story.endPredictions();
    }
  }

  private static Path models(Story story) {
    return story.instance().data().resolve("models");
  }

  private static void liveOn(Story story, Buyers buyers, int from, int to) {
    for (int day = from; day < to; day++) {
      story.instance().moveTo(story.after(Duration.ofDays(day + 1)));
      buyers.live(day, day + 1);
    }
  }

  private static List<Double> percentiles(Story story) throws Exception {
    List<Double> all = new ArrayList<>();
    String lines =
        story.instance().admin("GET", "/admin/export?space=" + story.space(), null).text();
    for (String line : lines.lines().toList()) {
      JsonNode value = JSON.readTree(line).path("traits").path("buys");
      if (value.isNumber()) {
        all.add(value.asDouble());
      }
    }
    return all;
  }

  /** Applies the story's space as it was made, but without predictions. */
  private static void withoutPredictions(Story story) {
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    definition.put("id", story.space()).put("name", story.space().replace('_', ' '));
    definition.put("environment", "dev");
    ObjectNode source = definition.putArray("sources").addObject();
    source.put("name", "Web").put("slug", "web").put("write_key", story.writeKey());
    ObjectNode token = definition.putArray("tokens").addObject();
    token.put("name", "tests").put("token", "tk-" + story.space());
    definition.putArray("predictions");
    story.instance().admin("POST", "/admin/spaces", definition).expect(200);
  }
}
