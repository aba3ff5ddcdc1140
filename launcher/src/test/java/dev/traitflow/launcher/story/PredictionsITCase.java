package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What predictions are and whom they score, of one shop's customers, and what is done with them.
 * The methods run by name: the clock goes forward in {@code M18}, and {@code M19} looks back on
 * that month.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class PredictionsITCase extends PredictionsInUse {

  @Test
  void M01_anyTrackedEventCanBePredicted() {
    assertThat(shop.scores("refer").keySet())
        .isEqualTo(PredictedShop.users(0, PredictionData.KNOWN));
    JsonNode statistics = shop.shown("refer").path("statistics");
    assertThat(statistics.path("auc").asDouble()).isGreaterThan(0.7);
    // Who refers friends is told apart from who left long ago.
    double loyal =
        PredictedShop.mean(
            shop.scores("refer_probability"), PredictedShop.users(0, PredictionData.BUYERS));
    double left =
        PredictedShop.mean(
            shop.scores("refer_probability"),
            PredictedShop.users(PredictionData.LOYAL, PredictionData.LOYAL + PredictionData.LEFT));
    assertThat(loyal).isGreaterThan(0.4);
    assertThat(left).isLessThan(0.1);
  }

  @Test
  void M02_onlyThoseWhoDidTheEventInTheWindowCanChurn() {
    Set<String> active = PredictedShop.users(0, PredictionData.LOYAL);
    active.addAll(
        PredictedShop.users(PredictionData.KNOWN - PredictionData.NEW, PredictionData.KNOWN));
    assertThat(shop.scores("churn").keySet()).isEqualTo(active);
    JsonNode shown = shop.shown("churn");
    assertThat(shown.path("eligible").asInt()).isEqualTo(active.size());
    assertThat(shown.path("window_days").asInt()).isEqualTo(90);
  }

  @Test
  void M03_purchaseIsPrefilledWithOrderCompleted() {
    JsonNode kinds = shop.story().config("GET", "/templates/predictions", null).expect(200);
    JsonNode purchase = kinds.path("data").path(0);
    assertThat(purchase.path("kind").asText()).isEqualTo("purchase");
    assertThat(purchase.path("missing")).isEmpty();
    assertThat(purchase.at("/definition/events")).isEqualTo(Story.json("['Order Completed']"));
    assertThat(shop.shown("buy").path("events")).isEqualTo(Story.json("['Order Completed']"));
  }

  @Test
  void M04_ltvIsOfThoseWithTwoOrdersWithAmountAndCurrency() {
    Set<String> eligible = PredictedShop.users(0, PredictionData.BUYERS);
    eligible.addAll(
        PredictedShop.users(PredictionData.LOYAL, PredictionData.KNOWN - PredictionData.NEW));
    assertThat(shop.scores("ltv").keySet()).isEqualTo(eligible);
    assertThat(shop.scores("ltv_amount").keySet()).isEqualTo(eligible);
    JsonNode one = PredictedShop.of(shop.first(), "u0");
    assertThat(one.path("ltv_amount").asDouble()).isGreaterThan(0);
    assertThat(one.path("ltv_currency").asText()).isEqualTo("USD");
    assertThat(PredictedShop.of(shop.first(), "u" + (PredictionData.KNOWN - 1)).has("ltv_currency"))
        .isFalse();
    JsonNode shown = shop.shown("ltv");
    assertThat(shown.path("window_days").asInt()).isEqualTo(120);
    assertThat(shown.at("/statistics/mae").isNumber()).isTrue();
    assertThat(shown.at("/statistics/rank_correlation").asDouble()).isGreaterThan(0.3);
    assertThat(shown.at("/statistics/deciles")).hasSize(10);
  }

  @Test
  void M06_thePercentileIsTheShareWithAStrictlyLowerScore() {
    SortedMap<String, Double> panel = shop.scores("panel_buy");
    assertThat(panel).hasSize(PredictionData.PANEL);
    List<Double> sorted = panel.values().stream().sorted().toList();
    assertThat(sorted.get(0)).isZero();
    assertThat(sorted.get(sorted.size() - 1)).isEqualTo(0.99);
    assertThat(new HashSet<>(sorted)).hasSize(PredictionData.PANEL);
    assertThat(sorted.stream().filter(value -> value >= 0.8)).hasSize(20);
    for (String key : List.of("buy", "refer", "churn")) {
      percentilesFollow(shop.scores(key), shop.scores(key + "_probability"));
    }
  }

  /** Ties of rounded probabilities leave room of as many places as there are ties. */
  private static void percentilesFollow(
      Map<String, Double> percentiles, Map<String, Double> probabilities) {
    int all = probabilities.size();
    probabilities.forEach(
        (user, mine) -> {
          long lower = probabilities.values().stream().filter(p -> p < mine).count();
          long notHigher = probabilities.values().stream().filter(p -> p <= mine).count();
          double low = Math.floor(lower * 100.0 / all) / 100;
          double high = Math.floor((notHigher - 1) * 100.0 / all) / 100;
          assertThat(percentiles.get(user)).as(user).isBetween(low, high);
        });
  }

  @Test
  void M12_anonymousProfilesGetNoTrait() {
    for (int i = 0; i < PredictionData.ANONYMOUS; i++) {
      JsonNode traits = shop.first().get("anonymous-" + i);
      assertThat(traits).isNotNull();
      for (String key : List.of("buy", "buy_probability", "refer", "churn", "ltv", "blind")) {
        assertThat(traits.has(key)).as(key).isFalse();
      }
    }
  }

  @Test
  void M13_onlyMembersOfTheCohortAreScored() {
    assertThat(shop.scores("panel_buy").keySet())
        .isEqualTo(PredictedShop.users(0, PredictionData.PANEL));
    assertThat(shop.scores("panel_buy_probability").keySet())
        .isEqualTo(PredictedShop.users(0, PredictionData.PANEL));
    JsonNode refused =
        shop.story().config("DELETE", "/audiences/panelists", null).expect(409).path("error");
    assertThat(refused.path("message").asText()).contains("panel_buy");
  }

  @Test
  void M15_statisticsAreThoseOfTheHoldout() {
    JsonNode statistics = shop.shown("buy").path("statistics");
    assertThat(statistics.path("auc").asDouble()).isBetween(0.5, 1.0);
    assertThat(statistics.path("auc_low").asDouble())
        .isLessThanOrEqualTo(statistics.path("auc").asDouble());
    assertThat(statistics.path("log_loss").asDouble()).isBetween(0.0, 0.6931);
    double base = statistics.path("base_rate").asDouble();
    assertThat(statistics.path("lift_quality").asDouble()).isBetween(1.0, 1 / base + 1e-9);
    assertThat(statistics.path("quality").asText())
        .isEqualTo(quality(statistics.path("auc").asDouble()));
    // The holdout is the newest window that was over: who bought in it is known here.
    assertThat(statistics.at("/holdout/split").asText()).isEqualTo("time");
    assertThat(statistics.at("/holdout/positives").asLong())
        .isEqualTo(shop.data().users("Order Completed", -30, 0));
    assertThat(statistics.at("/holdout/rows").asLong()).isEqualTo(PredictionData.KNOWN);
  }

  private static String quality(double auc) {
    return auc < 0.6 ? "Poor" : auc < 0.7 ? "Fair" : auc < 0.85 ? "Good" : "Excellent";
  }

  @Test
  void M16_topContributingEventsHaveWeightsThatAddUpToOne() {
    for (String key : List.of("buy", "ltv")) {
      JsonNode events = shop.predictions().get(key, "/contributions").path("data");
      assertThat(events).isNotEmpty();
      List<Double> weights = new ArrayList<>();
      events.forEach(each -> weights.add(each.path("weight").asDouble()));
      assertThat(weights.stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(1, within(1e-9));
      assertThat(events.findValuesAsText("event")).contains("Order Completed");
      assertThat(shop.predictions().show(key).at("/statistics/contributions")).isEqualTo(events);
    }
  }

  @Test
  void M23_probabilitiesMeanWhatTheySayAndAmountsAreThere() {
    double share = shop.data().users("Order Completed", -30, 0) / (double) PredictionData.KNOWN;
    assertThat(
            PredictedShop.mean(
                shop.scores("buy_probability"), PredictedShop.users(0, PredictionData.KNOWN)))
        .isCloseTo(share, within(0.1 * share));
    double referred = shop.data().users("Referred Friend", -30, 0) / (double) PredictionData.KNOWN;
    assertThat(
            PredictedShop.mean(
                shop.scores("refer_probability"), PredictedShop.users(0, PredictionData.KNOWN)))
        .isCloseTo(referred, within(0.1 * referred));
    shop.scores("buy_probability").values().forEach(p -> assertThat(p).isBetween(0.0, 1.0));
    shop.scores("ltv_amount").values().forEach(amount -> assertThat(amount).isNotNegative());
  }

  @Test
  void M24_aPredictionIsInProgressUntilItIsLive() {
    assertThat(shop.begun().path("state").asText()).isEqualTo("In Progress");
    JsonNode live = shop.shown("buy");
    assertThat(live.path("state").asText()).isEqualTo("Live");
    assertThat(live.path("scored_at").isTextual()).isTrue();
    assertThat(live.path("checks").findValuesAsText("code"))
        .contains(
            "too_few_event_types",
            "not_enough_history",
            "too_few_positives",
            "too_few_negatives",
            "target_event_gaps",
            "cohort_too_small",
            "too_many_users",
            "unknown_event");
    live.path("checks").forEach(check -> assertThat(check.path("passed").asBoolean()).isTrue());
  }
}
