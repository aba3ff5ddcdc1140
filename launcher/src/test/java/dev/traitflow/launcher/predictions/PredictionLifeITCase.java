package dev.traitflow.launcher.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.ModelState.Phase;
import dev.traitflow.launcher.story.Story;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a prediction from its definition to its end. */
class PredictionLifeITCase {
  private static final int USERS = 400;
  private static final int DAYS = 60;

  @Test
  void beginsWhenDefinedAndEndsWithItsDefinition() throws Exception {
    Story story = new Story("{'predictions':[{'key':'buys','kind':'purchase','window_days':15}]}");
    try (ModelRecords records =
        new ModelRecords(story.instance().bootstrap(), story.space(), "buys")) {
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
      assertThat(Files.isRegularFile(Path.of(live.path(), "card.json"))).isTrue();
      story.flush();
      assertThat(story.traits("u0").path("buys_probability").isNumber()).isTrue();

      withoutPredictions(story);
      records.awaitGone();
      assertThat(Path.of(live.path())).doesNotExist();
    }
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
    story.instance().admin("POST", "/admin/spaces", definition).expect(200);
  }
}
