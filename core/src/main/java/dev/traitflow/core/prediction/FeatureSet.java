package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.FeatureFacts.Fact;
import dev.traitflow.core.prediction.FeatureFacts.Setting;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The features every model starts from: one block over all events of a profile, one block per event
 * name, and the numeric and boolean traits that identify calls set.
 *
 * <p>Training and serving call the same {@link #extract}, which folds the whole history at an
 * instant; nothing is kept between two calls, so the same events and the same instant give bitwise
 * the same numbers. Times are days, a day is a UTC day, and -1 stands for a time or gap that does
 * not exist (the event never happened, or on one day only). A window of n days holds the events of
 * the last n times 24 hours. Amounts are taken as they are, whatever their currency; all amount
 * features are 0 where {@code amount_count} is 0.
 *
 * <p>A profile may have any number of event names, and they any length; a block has a bound. Names
 * of more than {@value #NAME_BYTES_MAX} bytes have no features of their own, and of the others
 * those that happened most often before the instant are kept (of as many, the one whose last event
 * is newer, then the first by name): at most {@value #EVENT_NAMES_MAX}, and as many as take {@value
 * #EVENTS_BYTES_MAX} bytes. This depends on the events and the instant alone. The numbers over all
 * events look at every event.
 *
 * <p>A trait has the value of the latest identify call before the instant; one that was removed, or
 * became a text, has none. Computed traits and predictions are never looked at: a model fed with
 * its own answers would run away.
 */
public final class FeatureSet {
  /** Names of the numbers of one event name's block, in order. */
  public static final List<String> EVENT_FEATURES =
      List.of(
          "count_1d",
          "count_3d",
          "count_7d",
          "count_14d",
          "count_30d",
          "count_60d",
          "count_90d",
          "count_180d",
          "count_365d",
          "count",
          "active_days",
          "active_days_30d",
          "active_days_90d",
          "active_days_365d",
          "days_since_first",
          "days_since_last",
          "gap_mean",
          "gap_median",
          "gap_last",
          "gap_max",
          "gap_deviation",
          "overdue",
          "trend_7d",
          "trend_14d",
          "trend_30d",
          "trend_90d",
          "day_rate",
          "count_rate",
          "recency_share",
          "weekend_share",
          "amount_count",
          "amount_sum",
          "amount_mean",
          "amount_max",
          "amount_min",
          "amount_first",
          "amount_last",
          "amount_deviation",
          "amount_negative",
          "amount_7d",
          "amount_14d",
          "amount_30d",
          "amount_60d",
          "amount_90d",
          "amount_180d",
          "amount_365d",
          "amount_trend_30d",
          "amount_trend_90d",
          "items",
          "products",
          "lines_mean");

  /**
   * Names of the numbers over all events, in order: those of {@link #EVENT_FEATURES}, where {@code
   * days_since_first} is the tenure; the number of distinct event names, how evenly the events
   * spread over the hours of the day and the days of the week (entropy in nats, UTC), their mean
   * hour, and refunds.
   */
  public static final List<String> PROFILE_FEATURES = profileFeatures();

  /** Traits kept of one profile: the first by name. */
  public static final int TRAITS_MAX = 256;

  /** Event names of one profile that have a block: the ones that happened most often. */
  public static final int EVENT_NAMES_MAX = 2_000;

  /** What the blocks of event names of one profile take at most, in bytes. */
  public static final int EVENTS_BYTES_MAX = 1 << 20;

  /** An event name or a trait's key of more bytes of UTF-8 has no features. */
  public static final int NAME_BYTES_MAX = 1_024;

  /** What a position holds when it stands for a time or a gap that does not exist. */
  public static final double NEVER = -1;

  /**
   * Changes whenever a feature is added, moved or renamed; models refuse another set than theirs.
   */
  public static final String HASH = hash();

  /** What one name's numbers take at most beside the name. */
  private static final int BLOCK_BYTES = 8 + 9 * EVENT_FEATURES.size();

  /** Events that take an order back, by the names of the e-commerce spec. */
  private static final Set<String> REFUNDS = Set.of("Order Refunded", "Order Cancelled");

  private FeatureSet() {}

  /**
   * Folds a history at an instant.
   *
   * @param space id of the space
   * @param profile canonical id of the profile
   * @param known true if it has an identifier other than {@code anonymous_id}
   * @param history its events in {@link Event#HISTORY_ORDER}; only track, page, screen and identify
   *     calls with {@code timestamp < at} are looked at
   * @param at the instant, epoch milliseconds
   * @return the block; linear in the length of the history
   */
  public static FeatureBlock extract(
      String space, String profile, boolean known, Iterable<Event> history, long at) {
    return extract(space, profile, known, FeatureFacts.of(history, at), at);
  }

  /** As above, for a history that was read before. */
  public static FeatureBlock extract(
      String space, String profile, boolean known, FeatureFacts history, long at) {
    EventSeries all = new EventSeries();
    Map<String, EventSeries> names = new HashMap<>();
    Set<String> types90 = new HashSet<>();
    Set<String> types30 = new HashSet<>();
    double refunds = 0;
    double refunded = 0;
    for (Fact fact : history.facts) {
      if (fact.time() >= at) {
        continue;
      }
      all.add(fact);
      names.computeIfAbsent(fact.name(), name -> new EventSeries()).add(fact);
      if (fact.time() >= at - 90 * PredictionDefinition.DAY) {
        types90.add(fact.name());
      }
      if (fact.time() >= at - 30 * PredictionDefinition.DAY) {
        types30.add(fact.name());
      }
      if (REFUNDS.contains(fact.name())) {
        refunds++;
        refunded += Double.isNaN(fact.amount()) ? 0 : Math.abs(fact.amount());
      }
    }
    double[] totals = new double[PROFILE_FEATURES.size()];
    all.write(totals, at);
    int next = EVENT_FEATURES.size();
    totals[next++] = names.size();
    totals[next++] = types90.size();
    totals[next++] = types30.size();
    next = all.writeRhythm(totals, next);
    totals[next++] = refunds;
    totals[next] = refunded;
    SortedMap<String, double[]> events = new TreeMap<>();
    kept(names)
        .forEach(
            (name, series) -> {
              double[] features = new double[EVENT_FEATURES.size()];
              series.write(features, at);
              events.put(name, features);
            });
    return new FeatureBlock(
        space, profile, at, known, totals, events, traits(history, at), List.of(), List.of());
  }

  /** The names that have a block of their own. */
  private static Map<String, EventSeries> kept(Map<String, EventSeries> names) {
    names.keySet().removeIf(name -> Utf8.length(name) > NAME_BYTES_MAX);
    if (names.size() * (BLOCK_BYTES + NAME_BYTES_MAX) <= EVENTS_BYTES_MAX) {
      return names;
    }
    List<Map.Entry<String, EventSeries>> ranked = new ArrayList<>(names.entrySet());
    ranked.sort(
        Comparator.<Map.Entry<String, EventSeries>>comparingInt(each -> -each.getValue().size())
            .thenComparing(each -> each.getValue().last(), Comparator.reverseOrder())
            .thenComparing(Map.Entry::getKey, CodePointOrder.INSTANCE));
    Map<String, EventSeries> kept = new HashMap<>();
    int bytes = 0;
    for (Map.Entry<String, EventSeries> each : ranked) {
      bytes += BLOCK_BYTES + Utf8.length(each.getKey());
      if (bytes > EVENTS_BYTES_MAX || kept.size() == EVENT_NAMES_MAX) {
        break;
      }
      kept.put(each.getKey(), each.getValue());
    }
    return kept;
  }

  private static SortedMap<String, Double> traits(FeatureFacts history, long at) {
    SortedMap<String, Double> traits = new TreeMap<>();
    for (Setting setting : history.settings) {
      if (setting.time() >= at) {
        break;
      }
      if (Double.isNaN(setting.value())) {
        traits.remove(setting.trait());
      } else {
        traits.put(setting.trait(), setting.value());
      }
    }
    traits.keySet().removeIf(trait -> Utf8.length(trait) > NAME_BYTES_MAX);
    while (traits.size() > TRAITS_MAX) {
      traits.remove(traits.lastKey());
    }
    return traits;
  }

  /** The position of a feature in an event name's block and in the totals. */
  public static int position(String feature) {
    int position = PROFILE_FEATURES.indexOf(feature);
    if (position < 0) {
      throw new IllegalArgumentException(
          "feature: got '" + feature + "' (expected one of " + PROFILE_FEATURES + ")");
    }
    return position;
  }

  private static List<String> profileFeatures() {
    List<String> names = new ArrayList<>(EVENT_FEATURES);
    names.add("event_types");
    names.add("event_types_90d");
    names.add("event_types_30d");
    names.add("hour_entropy");
    names.add("weekday_entropy");
    names.add("hour_mean");
    names.add("refund_count");
    names.add("refund_sum");
    return List.copyOf(names);
  }

  private static String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join("\n", EVENT_FEATURES).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(String.join("\n", PROFILE_FEATURES).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update("traits: numbers and booleans of identify".getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("SHA-256: got none (expected in every Java)", missing);
    }
  }
}
