package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is done with predictions of the one shop, and what time does to them. */
abstract class PredictionsInUse {
  final PredictedShop shop = PredictedShop.shared();

  @AfterAll
  static void end() {
    PredictedShop.shared().story().endPredictions();
  }

  @Test
  void M14_excludedEventsAndTraitsHaveNoInfluence() {
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < PredictionData.KNOWN; i += 2) {
      for (int day = 1; day < 4; day++) {
        ObjectNode call = calls.addObject().put("type", "track").put("userId", "u" + i);
        call.put("event", "Email Opened")
            .put("messageId", shop.story().space() + "-x" + i + "-" + day);
        call.put("timestamp", shop.story().start().minus(Duration.ofDays(day * 3L)).toString());
      }
      ObjectNode identify = calls.addObject().put("type", "identify").put("userId", "u" + i);
      identify.put("messageId", shop.story().space() + "-y" + i);
      identify.put("timestamp", shop.story().start().minus(Duration.ofDays(1)).toString());
      identify.putObject("traits").put("points", 1_000 - i).put("vip", i % 4 == 0);
    }
    shop.story().batch(calls);
    shop.story().flush();
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
  void M17_theTopFifthBecomesAnAudienceFromEightyUp() {
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
  void M18_scoresAreRefreshedAfterSevenDaysAndModelsAfterThirty() {
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
  void M19_conversionsAreToldByTheBinTheUserWasIn() {
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

  @Test
  void M20_fiveAudiencesAreSuggestedWithTheirRules() {
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
  void M21_theNutritionLabelSaysWhatPeopleAsk() {
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
  void M25_whatIsDeletedTakesItsTraitsWithIt() {
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
}
