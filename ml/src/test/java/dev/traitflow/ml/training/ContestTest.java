package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final long DAY = PredictionDefinition.DAY;
  private static final PredictionDefinition BUY =
      Shop.definition("{\"key\":\"buy\",\"kind\":\"purchase\",\"window_days\":30}");
  private static final Shop SHOP = new Shop(300, 31);
  private static final EventStatistics STATISTICS = SHOP.statistics();

  /** The window closed before the model was trained, which was fitted on its labels too. */
  @Test
  void withinAWindowThereIsNoFairComparisonAndTheModelInForceStays() {
    ModelBundle champion = train(Shop.NOW, 1, null).bundle();

    Trained again = train(Shop.NOW, 2, champion);

    Contest contest = Objects.requireNonNull(again.contest());
    assertThat(again.bundle().version()).isNotEqualTo(champion.version());
    assertThat(contest.comparison()).isNull();
    assertThat(contest.replaces()).isFalse();
    assertThat(contest.sentence())
        .isEqualTo(
            "no fair comparison yet: the model in force was fitted on labels up to"
                + " 2025-07-01T00:00:00Z and the newest closed window began before, at"
                + " 2025-06-01T00:00:00Z; from 2025-07-31T00:00:00Z on there will be one");
    JsonNode card = again.bundle().card().path("contest");
    assertThat(card.path("replaces").asBoolean(true)).isFalse();
    assertThat(card.path("fair").asBoolean(true)).isFalse();
    assertThat(card.path("sentence").asText()).isEqualTo(contest.sentence());
    assertThat(card.has("champion")).isFalse();
  }

  @Test
  void aWindowLaterBothAreComparedOnRowsThatNeitherWasFittedOn() {
    ModelBundle champion = train(Shop.NOW - 30 * DAY, 1, null).bundle();

    Trained again = train(Shop.NOW, 1, champion);

    Contest contest = Objects.requireNonNull(again.contest());
    assertThat(contest.champion()).isEqualTo(champion.version());
    assertThat(Objects.requireNonNull(contest.comparison()).rows()).isBetween(200, 300);
    JsonNode card = again.bundle().card().path("contest");
    assertThat(card.path("fair").asBoolean()).isTrue();
    assertThat(card.path("replaces").asBoolean()).isEqualTo(contest.replaces());
    assertThat(card.path("sentence").asText()).isEqualTo(contest.sentence());
    assertThat(card.at("/champion/logloss").isNumber()).isTrue();
  }

  @Test
  void theSameModelAgainIsNoContest() {
    ModelBundle champion = train(Shop.NOW, 1, null).bundle();

    Trained again = train(Shop.NOW, 1, champion);

    assertThat(again.bundle().version()).isEqualTo(champion.version());
    assertThat(again.contest()).isNull();
    assertThat(again.bundle().card().has("contest")).isFalse();
  }

  @Test
  void rowsOfOneOutcomeAreRefusedForWhatTheyAreAndIgnoringGatesWouldNotHelp() {
    for (double label : new double[] {0, 1}) {
      List<TrainingRow> rows =
          SHOP.rows(BUY).stream()
              .map(
                  row -> {
                    TreeMap<String, Double> labels = new TreeMap<>(row.labels());
                    labels.computeIfPresent("buy", (key, before) -> label);
                    return new TrainingRow(row.features(), row.cutoff(), labels);
                  })
              .toList();
      TrainingOutcome.Refused ignored =
          (TrainingOutcome.Refused) train(rows, Shop.NOW, 1, Gates.IGNORED, null);
      TrainingOutcome.Refused byGate =
          (TrainingOutcome.Refused) train(rows, Shop.NOW, 1, Gates.USUAL, null);

      assertThat(ignored.code()).isEqualTo(label > 0 ? "too_few_negatives" : "too_few_positives");
      assertThat(ignored.sentence())
          .startsWith("outcomes to learn from: " + (label > 0 ? "each of the " : "none of the "))
          .endsWith("(expected some with the outcome and some without)");
      assertThat(ignored.ignorable()).isFalse();
      assertThat(byGate.ignorable()).isFalse();
    }
  }

  private static Trained train(long now, long seed, @Nullable ModelBundle champion) {
    List<TrainingRow> rows = SHOP.rows(BUY).stream().filter(row -> row.cutoff() <= now).toList();
    return (Trained) train(rows, now, seed, Gates.IGNORED, champion);
  }

  private static TrainingOutcome train(
      List<TrainingRow> rows, long now, long seed, Gates gates, @Nullable ModelBundle champion) {
    return PredictionTraining.train(
        BUY, rows, now, seed, STATISTICS, gates, champion, TrainingProgress.NONE);
  }
}
