package dev.traitflow.core.prediction;

import static dev.traitflow.core.prediction.History.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureSetTest {
  @Test
  void countsAndTimesAreThoseOfTheWindow() {
    History ada = new History();
    ada.track("Viewed", 0).track("Viewed", 0.5).track("Viewed", 10).track("Viewed", 12.25);

    FeatureBlock block = extract(ada, 40);

    assertThat(event(block, "Viewed", "count")).isEqualTo(4);
    assertThat(event(block, "Viewed", "count_30d")).isEqualTo(2);
    assertThat(event(block, "Viewed", "count_60d")).isEqualTo(4);
    assertThat(event(block, "Viewed", "count_14d")).isZero();
    assertThat(event(block, "Viewed", "trend_30d")).isZero();
    assertThat(event(block, "Viewed", "active_days")).isEqualTo(3);
    assertThat(event(block, "Viewed", "days_since_first")).isEqualTo(40);
    assertThat(event(block, "Viewed", "days_since_last")).isEqualTo(27.75);
    assertThat(event(block, "Viewed", "gap_mean")).isEqualTo(6);
    assertThat(event(block, "Viewed", "gap_last")).isEqualTo(2);
    assertThat(event(block, "Viewed", "gap_max")).isEqualTo(10);
    assertThat(event(block, "Viewed", "overdue")).isEqualTo(27.75 / 6);
    assertThat(event(block, "Viewed", "day_rate")).isEqualTo(3 / 40.0);
  }

  @Test
  void amountsComeFromRevenueElseTotalElseValue() {
    History ada = new History();
    ada.track("Bought", 1, "{\"total\":7,\"revenue\":5.5}").track("Bought", 2, "{\"total\":\"3\"}");
    ada.track("Bought", 3, "{\"value\":-1}").track("Bought", 4, "{\"x\":{\"revenue\":99}}");
    ada.track("Bought", 5, "{\"revenue\":true,\"value\":\"Infinity\"}");

    FeatureBlock block = extract(ada, 100);

    assertThat(event(block, "Bought", "amount_count")).isEqualTo(3);
    assertThat(event(block, "Bought", "amount_sum")).isEqualTo(7.5);
    assertThat(event(block, "Bought", "amount_max")).isEqualTo(5.5);
    assertThat(event(block, "Bought", "amount_last")).isEqualTo(-1);
    assertThat(event(block, "Bought", "amount_30d")).isZero();
    assertThat(event(block, "Bought", "amount_365d")).isEqualTo(7.5);
  }

  @Test
  void keepsABlockWithinItsBoundByTheNamesThatHappenedMost() {
    History bot = new History();
    for (int i = 0; i < 8_000; i++) {
      bot.track("name " + i, i / 1000.0);
    }
    bot.track("often", 8).track("often", 8.5).track("name 17", 9);
    bot.track("x".repeat(1_025), 10).track("y".repeat(1_024), 10);

    FeatureBlock block = extract(bot, 40);

    assertThat(FeatureBlock.CODEC.encode(block)).hasSizeLessThan(FeatureSet.EVENTS_BYTES_MAX);
    assertThat(block.events()).containsKeys("often", "name 17", "name 7999", "y".repeat(1_024));
    assertThat(block.events()).doesNotContainKeys("x".repeat(1_025), "name 16", "name 0");
    assertThat(block.events()).hasSize(FeatureSet.EVENT_NAMES_MAX);
    assertThat(block.totals()[FeatureSet.position("event_types")]).isEqualTo(8_003);
    assertThat(block.totals()[FeatureSet.position("count")]).isEqualTo(8_005);
    assertThat(extract(bot, 7).events().keySet())
        .as("what is kept is decided at the instant")
        .contains("name 6999")
        .doesNotContain("often");
  }

  @Test
  void keepsLongNamesWithinTheBytesOfABlock() {
    History bot = new History();
    for (int i = 0; i < 1_500; i++) {
      bot.track("\u20ac".repeat(335) + i, i / 1000.0);
      bot.identify(1, "{\"" + "\u20ac".repeat(335) + i + "\":" + i + ".5}");
    }
    bot.identify(1, "{\"" + "k".repeat(1_025) + "\":1,\"k\":1}");

    FeatureBlock block = extract(bot, 40);

    assertThat(FeatureBlock.CODEC.encode(block).length).isBetween(1_000_000, 1_400_000);
    assertThat(block.events().size()).isBetween(700, 720);
    assertThat(block.traits()).hasSize(FeatureSet.TRAITS_MAX).containsKey("k");
  }

  @Test
  void neverIsItsOwnValueAndOtherCallsAreNotLookedAt() {
    History ada = new History();
    ada.add(EventType.IDENTIFY, "", 1, "").add(EventType.PAGE, "Page Viewed", 2, "");

    FeatureBlock block = extract(ada, 3);
    FeatureBlock empty = extract(new History(), 3);

    assertThat(block.events()).containsOnlyKeys("Page Viewed");
    assertThat(event(block, "Page Viewed", "gap_mean")).isEqualTo(FeatureSet.NEVER);
    assertThat(empty.events()).isEmpty();
    assertThat(empty.totals()[FeatureSet.position("days_since_last")]).isEqualTo(FeatureSet.NEVER);
  }

  @Test
  void traitsAreThoseOfTheLatestIdentifyBeforeTheInstant() {
    History ada = new History();
    ada.identify(
        1, "{\"age\":36,\"vip\":true,\"plan\":\"gold\",\"points\":7,\"deep\":{\"age\":1}}");
    ada.identify(3, "{\"age\":37,\"vip\":false,\"points\":null}");
    ada.identify(2, "{\"age\":12,\"late\":0.25}");
    ada.identify(5, "{\"age\":\"38\",\"points\":[1]}");

    assertThat(extract(ada, 1).traits()).isEmpty();
    assertThat(extract(ada, 1.5).traits())
        .containsExactly(entry("age", 36.0), entry("points", 7.0), entry("vip", 1.0));
    assertThat(extract(ada, 4).traits())
        .containsExactly(entry("age", 37.0), entry("late", 0.25), entry("vip", 0.0));
    assertThat(extract(ada, 6).traits()).containsExactly(entry("late", 0.25), entry("vip", 0.0));
  }

  @Test
  void onlyTraitsOfIdentifyCallsAreLookedAt() {
    History ada = new History().track("A", 1).identify(2, "{\"big\":1e300,\"a\":1}");
    ada.add(EventType.WRITE, "buy", 3, "").add(EventType.GROUP, "", 3, "");

    assertThat(extract(ada, 4).traits()).containsExactly(entry("a", 1.0));
    assertThat(extract(ada, 4).events()).containsOnlyKeys("A");
  }

  @Test
  void ofVeryManyTraitsTheFirstByNameAreKept() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 300; i++) {
      json.append(i == 0 ? "" : ",").append(String.format("\"t%03d\":%d", 299 - i, i));
    }

    FeatureBlock block = extract(new History().identify(1, json + "}"), 2);

    assertThat(block.traits()).hasSize(FeatureSet.TRAITS_MAX);
    assertThat(block.traits().lastKey()).isEqualTo("t255");
  }

  @Test
  void saturdaysAndSundaysAreTheWeekend() {
    FeatureBlock block =
        extract(new History().track("A", 4.9).track("A", 5).track("A", 6.9).track("A", 7), 9);

    assertThat(event(block, "A", "weekend_share")).isEqualTo(0.5);
  }

  @Test
  void productsAndItemsAreThoseOfAllEvents() {
    History ada = new History();
    ada.track(
        "Bought",
        1,
        "{\"products\":[{\"product_id\":\"a\",\"quantity\":2},{\"sku\":\"b\"},{\"name\":\"x\"}]}");
    ada.track("Bought", 2, "{\"products\":[{\"product_id\":\"a\",\"price\":3}],\"total\":4}");
    ada.track("Viewed", 3, "{\"product_id\":\"c\",\"quantity\":\"5\"}");

    FeatureBlock block = extract(ada, 10);

    assertThat(event(block, "Bought", "items")).isEqualTo(4);
    assertThat(event(block, "Bought", "products")).isEqualTo(2);
    assertThat(event(block, "Bought", "lines_mean")).isEqualTo(1.5);
    assertThat(event(block, "Bought", "amount_sum")).isEqualTo(4);
    assertThat(event(block, "Viewed", "items")).isEqualTo(5);
    assertThat(block.totals()[FeatureSet.position("products")]).isEqualTo(3);
  }

  @Test
  void refundsTrendsAndRhythmAreTold() {
    History ada = new History();
    for (int day = 0; day < 7; day++) {
      ada.track("Order Completed", 30 + day + 0.5, "{\"revenue\":10}");
    }
    ada.track("Order Refunded", 40, "{\"revenue\":25}");

    FeatureBlock block = extract(ada, 44);

    assertThat(block.totals()[FeatureSet.position("refund_count")]).isEqualTo(1);
    assertThat(block.totals()[FeatureSet.position("refund_sum")]).isEqualTo(25);
    assertThat(event(block, "Order Completed", "trend_7d")).isEqualTo(-7);
    assertThat(event(block, "Order Completed", "amount_14d")).isEqualTo(70);
    assertThat(event(block, "Order Completed", "amount_7d")).isZero();
    assertThat(event(block, "Order Completed", "amount_trend_30d")).isEqualTo(70);
    assertThat(event(block, "Order Completed", "amount_deviation")).isZero();
    FeatureBlock evenly = extract(new History().track("A", 0.5).track("A", 1.5), 3);
    assertThat(evenly.totals()[FeatureSet.position("weekday_entropy")]).isEqualTo(Math.log(2));
    assertThat(evenly.totals()[FeatureSet.position("hour_entropy")]).isZero();
    assertThat(evenly.totals()[FeatureSet.position("hour_mean")]).isEqualTo(12);
  }

  /** What training makes of a whole history at a cutoff is what serving made of it back then. */
  @Test
  void tenThousandTrainingRowsAreBitwiseThoseOfServing() {
    PredictionDefinition buy =
        PredictionDefinition.parse(
            new Fields(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("key", "buy")
                    .put("kind", "purchase")
                    .put("event", "Bought"),
                "",
                new ArrayList<>()));
    int compared = 0;
    for (int seed = 0; compared < 10_000; seed++) {
      Random random = new Random(seed);
      List<Event> whole = random(random).events();
      long[] cutoffs = new long[8];
      for (int i = 0; i < cutoffs.length; i++) {
        cutoffs[i] = day(random.nextInt(2200) / 10.0);
      }
      long now = day(240);
      for (TrainingRow row : TrainingRow.of("s", "p", whole, List.of(buy), cutoffs, now)) {
        List<Event> stored = new ArrayList<>();
        for (Event event : whole) {
          if (event.timestamp() < row.cutoff()) {
            stored.add(Event.CODEC.decode(Event.CODEC.encode(event)));
          }
        }
        FeatureBlock served = FeatureSet.extract("s", "p", true, stored, row.cutoff());
        assertThat(FeatureBlock.CODEC.encode(row.features()))
            .as("seed %d at %d", seed, row.cutoff())
            .isEqualTo(FeatureBlock.CODEC.encode(served));
        compared++;
      }
    }
  }

  @Test
  void nothingAtOrAfterTheInstantHasInfluence() {
    for (int seed = 0; seed < 20; seed++) {
      List<Event> history = random(new Random(seed)).events();
      long at = day(new Random(seed).nextInt(200));
      List<Event> before = history.stream().filter(e -> e.timestamp() < at).toList();

      FeatureBlock full = FeatureSet.extract("s", "p", true, history, at);
      FeatureBlock cut = FeatureSet.extract("s", "p", true, before, at);

      assertThat(FeatureBlock.CODEC.encode(full))
          .as("seed %d", seed)
          .isEqualTo(FeatureBlock.CODEC.encode(cut));
    }
  }

  @Test
  void everyFeatureIsFiniteAndBlocksHaveTheirLength() {
    FeatureBlock block = extract(random(new Random(3)), 150);

    assertThat(block.totals()).hasSize(FeatureSet.PROFILE_FEATURES.size());
    block.events().values().forEach(e -> assertThat(e).hasSize(FeatureSet.EVENT_FEATURES.size()));
    for (double value : block.totals()) {
      assertThat(value).isFinite();
    }
    assertThat(FeatureBlock.CODEC.decode(FeatureBlock.CODEC.encode(block))).isEqualTo(block);
  }

  static History random(Random random) {
    History history = new History();
    int size = random.nextInt(60);
    for (int i = 0; i < size; i++) {
      // Whole and half days: windows are hit exactly at their edges.
      double day = random.nextInt(400) / 2.0;
      String amount =
          random.nextBoolean() ? "{\"revenue\":" + random.nextInt(1000) / 10.0 + "}" : "";
      history.track(random.nextBoolean() ? "Bought" : "Viewed", day, amount);
      if (random.nextInt(4) == 0) {
        String value = List.of("null", "true", "1.5", "\"x\"").get(random.nextInt(4));
        history.identify(day, "{\"t" + random.nextInt(3) + "\":" + value + "}");
      }
    }
    return history;
  }

  private static FeatureBlock extract(History history, double day) {
    return FeatureSet.extract("s", "p", true, history.events(), day(day));
  }

  private static double event(FeatureBlock block, String name, String feature) {
    return block.events().getOrDefault(name, new double[0])[FeatureSet.position(feature)];
  }
}
