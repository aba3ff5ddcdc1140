package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What predictions are and whom they score, of one shop's customers; and behind that, in an order,
 * what is done with them and what time does to them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PredictionsITCase {
  private final PredictedShop shop = PredictedShop.shared();

  @AfterAll
  static void end() {
    PredictedShop.shared().story().endPredictions();
  }

  @Test
  @Tag("M-01")
  void anyTrackedEventCanBePredicted() {
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
  @Tag("M-02")
  void onlyThoseWhoDidTheEventInTheWindowCanChurn() {
    Set<String> active = PredictedShop.users(0, PredictionData.LOYAL);
    active.addAll(
        PredictedShop.users(PredictionData.KNOWN - PredictionData.NEW, PredictionData.KNOWN));
    assertThat(shop.scores("churn").keySet()).isEqualTo(active);
    JsonNode shown = shop.shown("churn");
    assertThat(shown.path("eligible").asInt()).isEqualTo(active.size());
    assertThat(shown.path("window_days").asInt()).isEqualTo(90);
  }

  @Test
  @Tag("M-03")
  void purchaseIsPrefilledWithOrderCompleted() {
    JsonNode kinds = shop.story().config("GET", "/templates/predictions", null).expect(200);
    JsonNode purchase = kinds.path("data").path(0);
    assertThat(purchase.path("kind").asText()).isEqualTo("purchase");
    assertThat(purchase.path("missing")).isEmpty();
    assertThat(purchase.at("/definition/events")).isEqualTo(Story.json("['Order Completed']"));
    assertThat(shop.shown("buy").path("events")).isEqualTo(Story.json("['Order Completed']"));
  }

  @Test
  @Tag("M-04")
  void ltvIsOfThoseWithTwoOrdersWithAmountAndCurrency() {
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
  @Tag("M-06")
  void thePercentileIsTheShareWithAStrictlyLowerScore() {
    SortedMap<String, Double> panel = shop.scores("panel_buy");
    assertThat(panel).hasSize(PredictionData.PANEL);
    List<Double> sorted = panel.values().stream().sorted().toList();
    assertThat(sorted.get(0)).isZero();
    assertThat(sorted.get(sorted.size() - 1)).isEqualTo(0.99);
    assertThat(new HashSet<>(sorted)).hasSize(PredictionData.PANEL);
    assertThat(sorted.stream().filter(value -> value >= 0.8)).hasSize(20);
    for (String key : List.of("buy", "refer", "churn")) {
      PredictedShop.percentilesFollow(shop.scores(key), shop.scores(key + "_probability"));
    }
  }

  @Test
  @Tag("M-12")
  void anonymousProfilesGetNoTrait() {
    for (int i = 0; i < PredictionData.ANONYMOUS; i++) {
      JsonNode traits = shop.first().get("anonymous-" + i);
      assertThat(traits).isNotNull();
      for (String key : List.of("buy", "buy_probability", "refer", "churn", "ltv", "blind")) {
        assertThat(traits.has(key)).as(key).isFalse();
      }
    }
  }

  @Test
  @Tag("M-13")
  void onlyMembersOfTheCohortAreScored() {
    assertThat(shop.scores("panel_buy").keySet())
        .isEqualTo(PredictedShop.users(0, PredictionData.PANEL));
    assertThat(shop.scores("panel_buy_probability").keySet())
        .isEqualTo(PredictedShop.users(0, PredictionData.PANEL));
    JsonNode refused =
        shop.story().config("DELETE", "/audiences/panelists", null).expect(409).path("error");
    assertThat(refused.path("message").asText()).contains("panel_buy");
  }

  @Test
  @Tag("M-15")
  void statisticsAreThoseOfTheHoldout() {
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
  @Tag("M-16")
  void topContributingEventsHaveWeightsThatAddUpToOne() {
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
  @Tag("M-23")
  void probabilitiesMeanWhatTheySayAndAmountsAreThere() {
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
  @Tag("M-24")
  void aPredictionIsInProgressUntilItIsLive() {
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

  @Test
  @Tag("M-14")
  @Order(Order.DEFAULT + 1)
  void excludedEventsAndTraitsHaveNoInfluence() {
    shop.sendWhatIsExcluded();
    shop.predictions().create(PredictedShop.BLIND.replace("blind", "blind_again"));
    assertThat(shop.predictions().trained("blind_again").path("state").asText()).isEqualTo("Live");
    shop.story().flush();
    SortedMap<String, JsonNode> now = shop.predictions().profiles();
    assertThat(PredictedShop.of(now, "u0").path("points").asInt()).isEqualTo(1_000);
    assertThat(PredictionStory.numbers(now, "blind_again")).isEqualTo(shop.scores("blind"));
    assertThat(PredictionStory.numbers(now, "blind_again_probability"))
        .isEqualTo(shop.scores("blind_probability"));
  }

  @Test
  @Tag("M-17")
  @Order(Order.DEFAULT + 2)
  void theTopFifthBecomesAnAudienceFromEightyUp() {
    JsonNode explored = shop.predictions().get("buy", "/explore?from=0.8&to=1");
    assertThat(explored.path("bins")).hasSize(10);
    assertThat(explored.path("profiles").asInt()).isEqualTo(PredictionData.KNOWN);
    assertThat(explored.at("/range/likelier_than_average").asDouble()).isGreaterThan(1);
    assertThat(explored.at("/bins/0/likelier_than_average").asDouble()).isLessThan(1);

    JsonNode audience =
        shop.story().config("POST", "/predictions/buy/audience", "{'from':0.8}").expect(201);
    assertThat(audience.at("/root/all"))
        .isEqualTo(Story.json("[{'trait':'buy','op':'greater_or_equal','value':0.8}]"));
    shop.story().flush();
    SortedMap<String, JsonNode> profiles = shop.predictions().profiles();
    String key = audience.path("key").asText();
    Set<String> members = new HashSet<>();
    profiles.forEach(
        (user, traits) -> {
          if (traits.path(key).asBoolean(false)) {
            members.add(user);
          }
        });
    SortedMap<String, Double> top = PredictionStory.numbers(profiles, "buy");
    top.values().removeIf(percentile -> percentile < 0.8);
    assertThat(members).isNotEmpty().isEqualTo(top.keySet());
    assertThat(shop.story().config("DELETE", "/predictions/buy", null).expect(409).toString())
        .contains(key);
  }

  @Test
  @Tag("M-20")
  @Order(Order.DEFAULT + 3)
  void fiveAudiencesAreSuggestedWithTheirRules() {
    JsonNode all = shop.story().config("GET", "/templates/predictive-audiences", null).expect(200);
    Map<String, JsonNode> byName = new TreeMap<>();
    all.path("data")
        .forEach(each -> byName.put(each.path("name").asText(), each.at("/definition/root/all")));
    assertThat(byName.keySet())
        .containsExactlyInAnyOrder(
            "Ready to buy", "Long shots", "High LTV", "Potential VIPs", "Dormant");
    assertThat(byName.get("Ready to buy"))
        .isEqualTo(Story.json("[{'trait':'buy','op':'greater_or_equal','value':0.80}]"));
    assertThat(byName.get("High LTV"))
        .isEqualTo(Story.json("[{'trait':'ltv','op':'greater_or_equal','value':0.90}]"));
    JsonNode shots = PredictedShop.of(byName, "Long shots");
    assertThat(shots.at("/0/event").asText()).isEqualTo("Order Completed");
    assertThat(shots.at("/1/value").asDouble()).isEqualTo(0.25);
    assertThat(shots.at("/2/value").asDouble()).isEqualTo(0.65);
    assertThat(PredictedShop.of(byName, "Potential VIPs").at("/0/window/within").asText())
        .isEqualTo("14 d");
    assertThat(PredictedShop.of(byName, "Dormant").at("/0/window/within").asText())
        .isEqualTo("60 d");
    assertThat(PredictedShop.of(byName, "Dormant").at("/0/not").asBoolean()).isTrue();
    for (JsonNode each : all.path("data")) {
      assertThat(each.path("missing")).as(each.toString()).isEmpty();
    }
    JsonNode mapped =
        shop.story()
            .config("GET", "/templates/predictive-audiences?purchase_event=Paid", null)
            .expect(200);
    assertThat(mapped.at("/data/1/missing/0/name").asText()).isEqualTo("Paid");
    shop.story()
        .config("POST", "/templates/predictive-audiences", "{'template':'high_ltv'}")
        .expect(201);
    shop.story().flush();
    SortedMap<String, JsonNode> profiles = shop.predictions().profiles();
    PredictionStory.numbers(profiles, "ltv")
        .forEach(
            (user, percentile) ->
                assertThat(PredictedShop.of(profiles, user).path("high_ltv").asBoolean(false))
                    .as(user)
                    .isEqualTo(percentile >= 0.9));
  }

  @Test
  @Tag("M-21")
  @Order(Order.DEFAULT + 4)
  void theNutritionLabelSaysWhatPeopleAsk() {
    JsonNode label = shop.predictions().get("buy", "/nutrition-label");
    assertThat(label.path("optional_feature").asBoolean()).isTrue();
    assertThat(label.path("model_family").asText()).isNotEmpty().isNotEqualTo("none yet");
    assertThat(label.path("model_per_customer").asBoolean()).isTrue();
    assertThat(label.path("shared_with_other_customers").asBoolean(true)).isFalse();
    assertThat(label.path("anonymized_for_training").asBoolean(true)).isFalse();
    assertThat(label.path("deletion_supported").asBoolean()).isTrue();
    assertThat(label.path("retention_days").asInt()).isEqualTo(30);
    assertThat(label.path("logging").asBoolean()).isTrue();
    JsonNode members = shop.predictions().get("buy", "/card").path("members");
    assertThat(label.path("members").findValuesAsText("kind"))
        .isEqualTo(members.findValuesAsText("kind"));
  }

  @Test
  @Tag("M-25")
  @Order(Order.DEFAULT + 5)
  void whatIsDeletedTakesItsTraitsWithIt() {
    assertThat(PredictionStory.numbers(shop.predictions().profiles(), "refer")).isNotEmpty();
    JsonNode edit =
        shop.story()
            .config("PUT", "/predictions/refer", "{'key':'refer','kind':'custom','events':['X']}")
            .expect(400)
            .path("error");
    assertThat(edit.path("message").asText()).contains("cannot be edited, only recreated");
    assertThat(shop.predictions().show("refer").path("events"))
        .isEqualTo(Story.json("['Referred Friend']"));
    shop.story().config("DELETE", "/predictions/refer", null).expect(200);
    shop.story().flush();
    shop.story().config("GET", "/predictions/refer", null).expect(404);
    shop.predictions()
        .profiles()
        .forEach(
            (user, traits) -> {
              assertThat(traits.has("refer")).as(user).isFalse();
              assertThat(traits.has("refer_probability")).as(user).isFalse();
            });
  }

  @Test
  @Tag("M-18")
  @Order(Order.DEFAULT + 6)
  void scoresAreRefreshedAfterSevenDaysAndModelsAfterThirty() {
    shop.endAllBut("buy");
    JsonNode before = shop.predictions().show("buy");
    assertThat(Instant.parse(before.path("next_refresh_at").asText()))
        .isEqualTo(shop.story().after(Duration.ofDays(7)));
    shop.liveUntil(6.99);
    shop.story().moveTo(Duration.ofDays(7));
    JsonNode refreshed = shop.predictions().show("buy");
    assertThat(Instant.parse(refreshed.path("scored_at").asText()))
        .isEqualTo(shop.story().after(Duration.ofDays(7)));
    SortedMap<String, Double> scored =
        PredictionStory.numbers(shop.predictions().profiles(), "buy_probability");
    assertThat(scored.keySet()).isEqualTo(shop.scores("buy").keySet());
    assertThat(scored.get("u0")).isNotEqualTo(shop.scores("buy_probability").get("u0"));

    shop.liveUntil(PredictedShop.DAYS_AFTER - 0.01);
    shop.story().moveTo(Duration.ofDays(PredictedShop.DAYS_AFTER));
    JsonNode newest = shop.predictions().newestVersion("buy", before.path("version").asText());
    assertThat(Instant.parse(newest.path("trained_at").asText()))
        .isEqualTo(shop.story().after(Duration.ofDays(PredictedShop.DAYS_AFTER)));
    String old = before.path("version").asText();
    String back = "{'version':'" + old + "'}";
    JsonNode rolled = shop.story().config("POST", "/predictions/buy/versions", back).expect(200);
    assertThat(rolled.path("version").asText()).isEqualTo(old);
    assertThat(rolled.path("state").asText()).isEqualTo("Live");
  }

  @Test
  @Tag("M-19")
  @Order(Order.DEFAULT + 7)
  void conversionsAreToldByTheBinTheUserWasIn() {
    shop.liveUntil(8);
    JsonNode report = shop.predictions().get("buy", "/monitoring");
    assertThat(report.path("ready").asBoolean()).isTrue();
    JsonNode bins = report.path("bins");
    assertThat(bins).hasSize(10);
    long conversions = 0;
    for (JsonNode bin : bins) {
      conversions += bin.path("conversions").asLong();
    }
    assertThat(conversions).isEqualTo(shop.ordersSinceStart());
    assertThat(bins.path(9).path("rate").asDouble())
        .isGreaterThan(bins.path(0).path("rate").asDouble());
    assertThat(bins.path(9).path("conversions").asLong())
        .isGreaterThan(bins.path(0).path("conversions").asLong());
  }
}
