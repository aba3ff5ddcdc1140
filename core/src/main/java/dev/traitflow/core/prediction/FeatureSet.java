package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The features every model starts from: one block over all events of a profile and one block per
 * event name.
 *
 * <p>Training and serving call the same {@link #extract}, which folds the whole history at an
 * instant; nothing is kept between two calls, so the same events and the same instant give bitwise
 * the same numbers. Times are days, a day is a UTC day, and -1 stands for a time or gap that does
 * not exist (the event never happened, or on one day only). A window of n days holds the events of
 * the last n times 24 hours. Amounts are taken as they are, whatever their currency; all amount
 * features are 0 where {@code amount_count} is 0.
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
          "days_since_first",
          "days_since_last",
          "gap_mean",
          "gap_median",
          "gap_last",
          "gap_max",
          "gap_deviation",
          "overdue",
          "trend_30d",
          "trend_90d",
          "day_rate",
          "recency_share",
          "weekend_share",
          "amount_count",
          "amount_sum",
          "amount_mean",
          "amount_max",
          "amount_last",
          "amount_30d",
          "amount_90d",
          "amount_365d");

  /**
   * Names of the numbers over all events, in order: those of {@link #EVENT_FEATURES}, where {@code
   * days_since_first} is the tenure, and the number of distinct event names.
   */
  public static final List<String> PROFILE_FEATURES = profileFeatures();

  /** What a position holds when it stands for a time or a gap that does not exist. */
  public static final double NEVER = -1;

  /**
   * Changes whenever a feature is added, moved or renamed; models refuse another set than theirs.
   */
  public static final String HASH = hash();

  private static final long TYPES_WINDOW = 90 * PredictionDefinition.DAY;

  private FeatureSet() {}

  /**
   * Folds a history at an instant.
   *
   * @param space id of the space
   * @param profile canonical id of the profile
   * @param known true if it has an identifier other than {@code anonymous_id}
   * @param history its events in {@link Event#HISTORY_ORDER}; only track, page and screen calls
   *     with {@code timestamp < at} are looked at
   * @param at the instant, epoch milliseconds
   * @return the block; linear in the length of the history
   */
  public static FeatureBlock extract(
      String space, String profile, boolean known, Iterable<Event> history, long at) {
    EventSeries all = new EventSeries();
    Map<String, EventSeries> names = new HashMap<>();
    Set<String> recent = new HashSet<>();
    for (Event event : history) {
      if (event.timestamp() >= at || !PredictionDefinition.isFeatureEvent(event)) {
        continue;
      }
      double amount = Property.amount(event.properties());
      all.add(event.timestamp(), amount);
      names.computeIfAbsent(event.name(), name -> new EventSeries()).add(event.timestamp(), amount);
      if (event.timestamp() >= at - TYPES_WINDOW) {
        recent.add(event.name());
      }
    }
    double[] totals = new double[PROFILE_FEATURES.size()];
    all.write(totals, at);
    totals[EVENT_FEATURES.size()] = names.size();
    totals[EVENT_FEATURES.size() + 1] = recent.size();
    SortedMap<String, double[]> events = new TreeMap<>();
    names.forEach(
        (name, series) -> {
          double[] features = new double[EVENT_FEATURES.size()];
          series.write(features, at);
          events.put(name, features);
        });
    return new FeatureBlock(space, profile, at, known, totals, events);
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
    return List.copyOf(names);
  }

  private static String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join("\n", EVENT_FEATURES).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(String.join("\n", PROFILE_FEATURES).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("SHA-256: got none (expected in every Java)", missing);
    }
  }
}
