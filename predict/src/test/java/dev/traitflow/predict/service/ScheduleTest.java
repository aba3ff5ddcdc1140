package dev.traitflow.predict.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.ModelState.Version;
import dev.traitflow.core.prediction.PredictionDefinition;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long T0 = 20_000 * DAY;
  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

  private final ModelState live =
      ModelState.begun("spa", "buys").live(new Version("v1", "p", T0, ""), NONE, NONE, T0);

  @Test
  void aModelIsTrainedAnewAfterThirtyDays() {
    assertThat(isDue(live, T0 + 30 * DAY - 1)).isFalse();
    assertThat(isDue(live, T0 + 30 * DAY)).isTrue();
  }

  @Test
  void aRefusedTrainingIsTriedAgainOnceADay() {
    ModelState failed = ModelState.begun("spa", "buys").refused("too_few_positives", "", NONE, T0);
    assertThat(isDue(failed, T0 + DAY - 1)).isFalse();
    assertThat(isDue(failed, T0 + DAY)).isTrue();
    ModelState kept = live.refused("target_event_gaps", "", NONE, T0 + 30 * DAY);
    assertThat(kept.phase()).isEqualTo(ModelState.Phase.LIVE);
    assertThat(isDue(kept, T0 + 31 * DAY - 1)).isFalse();
    assertThat(isDue(kept, T0 + 31 * DAY)).isTrue();
  }

  @Test
  void aModelThatLostCountsAsTrained() {
    ModelState challenged =
        live.challenged(new Version("v2", "q", T0 + 30 * DAY, ""), NONE, T0 + 30 * DAY);
    assertThat(challenged.version()).isEqualTo("v1");
    assertThat(isDue(challenged, T0 + 59 * DAY)).isFalse();
    assertThat(isDue(challenged, T0 + 60 * DAY)).isTrue();
  }

  @Test
  void inputsThatMovedBringATrainingForward() {
    ObjectNode alarm = JsonNodeFactory.instance.objectNode().put("level", "alarm");
    ModelState moved = live.scored("population", alarm, T0 + 7 * DAY);
    assertThat(isDue(moved, T0 + 7 * DAY)).isTrue();
    assertThat(isDue(moved.refused("x", "", NONE, T0 + 7 * DAY), T0 + 8 * DAY - 1)).isFalse();
  }

  @Test
  void whatIsBeingTrainedIsNotBegunAgain() {
    assertThat(isDue(ModelState.begun("spa", "buys"), T0)).isFalse();
  }

  private static boolean isDue(ModelState state, long now) {
    return Schedule.isTrainingDue(state, 30, now);
  }
}
