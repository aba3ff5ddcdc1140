package dev.traitflow.core.prediction;

import static dev.traitflow.core.prediction.History.day;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final PredictionDefinition CHURN = definition("churn", "event", "Bought");
  private static final PredictionDefinition SPEND = definition("ltv", "event", "Bought");
  private static final PredictionDefinition BUY = definition("custom", "event", "Bought");
  private static final PredictionDefinition ANY = definition("churn", "event", "*");

  @Test
  void churnIsOneForThoseWhoDidNotComeBack() {
    History stays = new History().track("Bought", 90).track("Bought", 100);
    History leaves = new History().track("Bought", 90).track("Viewed", 100).track("Bought", 130);
    History longGone = new History().track("Bought", 69.9);

    assertThat(Labels.label(CHURN, stays.events(), day(100))).hasValue(0);
    assertThat(Labels.label(CHURN, leaves.events(), day(100))).hasValue(1);
    assertThat(Labels.label(CHURN, longGone.events(), day(100))).isEmpty();
  }

  @Test
  void spendIsGrossAndInOneCurrency() {
    History ada = new History().track("Bought", 1).track("Bought", 2);
    ada.track("Bought", 100, "{\"revenue\":0.1}").track("Bought", 101, "{\"revenue\":\"0.2\"}");
    ada.track("Bought", 102, "{\"revenue\":5,\"currency\":\"EUR\"}");
    ada.track("Bought", 102, "{\"revenue\":4,\"currency\":\" usd\\t\"}");
    ada.track("Refunded", 103, "{\"revenue\":9}").track("Bought", 130, "{\"revenue\":9}");

    assertThat(Labels.label(SPEND, ada.events(), day(100))).hasValue(4.3);
    assertThat(Labels.label(SPEND, ada.events(), day(2))).isEmpty();
  }

  @Test
  void aTargetCountsWhereverItIsInTheWindow() {
    History ada = new History().track("Viewed", 1).track("Bought", 129.99);

    assertThat(Labels.label(BUY, ada.events(), day(100))).hasValue(1);
    assertThat(Labels.label(BUY, ada.events(), day(99))).hasValue(0);
    assertThat(Labels.label(BUY, ada.events(), day(1))).isEmpty();
  }

  @Test
  void aWindowThatHasNotClosedGivesNoLabel() {
    List<Event> ada = new History().track("Bought", 95).events();

    assertThat(Labels.labels(List.of(CHURN, BUY), ada, day(100), day(129))).isEmpty();
    assertThat(Labels.labels(List.of(CHURN), ada, day(100), day(130))).containsEntry("k", 1.0);
  }

  @Test
  void eligibilityFromFeaturesIsThatFromHistory() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Event> history = FeatureSetTest.random(random).events();
      long at = day(random.nextInt(400) / 2.0);
      FeatureBlock block = FeatureSet.extract("s", "p", true, history, at);
      for (PredictionDefinition definition : List.of(CHURN, SPEND, BUY, ANY)) {
        assertThat(Labels.eligible(definition, block))
            .as("seed %d, %s", seed, definition)
            .isEqualTo(Labels.label(definition, history, at).isPresent());
      }
    }
  }

  @Test
  void unknownProfilesAreNeverEligible() {
    List<Event> ada = new History().track("Bought", 95).events();

    FeatureBlock unknown = FeatureSet.extract("s", "p", false, ada, day(100));

    assertThat(Labels.eligible(BUY, unknown)).isFalse();
  }

  @Test
  void onlyTargetsThatFulfilTheConditionsCount() throws JsonProcessingException {
    PredictionDefinition large =
        parse(
            new ObjectMapper()
                .readTree(
                    """
                    {"key":"k","kind":"custom","events":["Bought","Booked"],"conditions":
                     {"all":[{"property":"total","op":"greater_than","value":100}]}}"""));
    History small = new History().track("Bought", 90).track("Bought", 101, "{\"total\":100}");
    History big = new History().track("Viewed", 90).track("Booked", 101, "{\"total\":\"100.5\"}");

    assertThat(Labels.label(large, small.events(), day(100))).hasValue(0);
    assertThat(Labels.label(large, big.events(), day(100))).hasValue(1);
    assertThat(large.isTarget(small.events().get(1))).isFalse();
    assertThat(large.isTarget(big.events().get(1))).isTrue();
  }

  @Test
  void ofACohortOnlyMembersAreScoredButAllAreLearntFrom() throws JsonProcessingException {
    PredictionDefinition vips =
        parse(
            new ObjectMapper()
                .readTree(
                    "{\"key\":\"k\",\"kind\":\"purchase\",\"event\":\"Bought\",\"cohort\":\"v\"}"));
    List<Event> ada = new History().track("Bought", 1).track("Bought", 35).events();
    FeatureBlock block = FeatureSet.extract("s", "p", true, ada, day(30));
    List<TrainingRow> rows =
        TrainingRow.of(
            "s", "p", ada, List.of(vips), new long[] {day(30), day(70)}, day(70), List.of("v"));

    assertThat(Labels.eligible(vips, block)).isFalse();
    assertThat(Labels.eligible(vips, block.withAudiences(List.of("v", "w")))).isTrue();
    assertThat(rows)
        .extracting(row -> row.features().audiences())
        .containsExactly(List.of(), List.of("v"));
    assertThat(rows.get(0).labels()).containsEntry("k", 1.0);
  }

  static PredictionDefinition definition(String kind, String member, String value) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("key", "k").put("kind", kind).put("window_days", 30).put(member, value);
    return parse(json);
  }

  private static PredictionDefinition parse(JsonNode json) {
    List<Problem> problems = new ArrayList<>();
    PredictionDefinition definition = PredictionDefinition.parse(new Fields(json, "", problems));
    assertThat(problems).isEmpty();
    return definition;
  }
}
