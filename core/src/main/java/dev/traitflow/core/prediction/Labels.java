package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What really happened to a profile after a cutoff, and whether it is asked about at all.
 *
 * <p>Eligibility is told twice, from the history and from the features alone: training has the one,
 * scoring has only the other. Law: both agree for every history and every instant, but for the
 * cohort: models learn from everybody asked about, and only members are scored.
 */
public final class Labels {
  private static final int COUNT = FeatureSet.position("count");
  private static final int SINCE_LAST = FeatureSet.position("days_since_last");

  private Labels() {}

  /**
   * The label of a profile at a cutoff: 1 or 0, or the money spent.
   *
   * <p>Does not know the present: the caller must not ask before the window {@code [cutoff, cutoff
   * + W)} has closed; {@link #labels} minds that.
   *
   * @param history the profile's events in history order, those after the window too
   * @param cutoff epoch milliseconds; eligibility looks at what came before, the label at {@code
   *     [cutoff, cutoff + W)}
   * @return empty if the profile is not eligible at the cutoff; that it is known is not checked
   */
  public static OptionalDouble label(
      PredictionDefinition definition, Iterable<Event> history, long cutoff) {
    long before = 0;
    long beforeAny = 0;
    long last = Long.MIN_VALUE;
    long within = 0;
    BigDecimal spent = BigDecimal.ZERO;
    for (Event event : history) {
      long time = event.timestamp();
      if (time < cutoff
          && PredictionDefinition.isFeatureEvent(event)
          && !definition.excludedEvents().contains(event.name())) {
        beforeAny++;
      }
      if (time >= cutoff + definition.window() || !definition.isTarget(event)) {
        continue;
      }
      if (time < cutoff) {
        before++;
        last = Math.max(last, time);
      } else {
        within++;
        if (definition.kind() == PredictionDefinition.Kind.LTV) {
          spent = spent.add(spend(definition, event));
        }
      }
    }
    boolean done = within >= definition.minCount();
    return switch (definition.kind()) {
      case CHURN ->
          before > 0 && last >= cutoff - definition.window()
              ? OptionalDouble.of(done == definition.perform() ? 1 : 0)
              : OptionalDouble.empty();
      case LTV -> before >= 2 ? OptionalDouble.of(spent.doubleValue()) : OptionalDouble.empty();
      case PURCHASE, CUSTOM ->
          beforeAny > 0 ? OptionalDouble.of(done ? 1 : 0) : OptionalDouble.empty();
    };
  }

  /**
   * The labels of a profile at a cutoff by the prediction's key. Missing: the profile is not
   * eligible, or the window has not closed at {@code now}.
   */
  public static SortedMap<String, Double> labels(
      Collection<PredictionDefinition> definitions,
      Iterable<Event> history,
      long cutoff,
      long now) {
    SortedMap<String, Double> labels = new TreeMap<>();
    for (PredictionDefinition definition : definitions) {
      if (cutoff + definition.window() <= now) {
        label(definition, history, cutoff).ifPresent(label -> labels.put(definition.key(), label));
      }
    }
    return Collections.unmodifiableSortedMap(labels);
  }

  /** True if the profile is known, in the cohort if there is one, and asked about then. */
  public static boolean eligible(PredictionDefinition definition, FeatureBlock block) {
    boolean isMember =
        definition.cohort().isEmpty() || block.audiences().contains(definition.cohort());
    if (!block.known() || !isMember) {
      return false;
    }
    double[] target = target(definition, block);
    return switch (definition.kind()) {
      case CHURN -> target[COUNT] > 0 && target[SINCE_LAST] <= definition.windowDays();
      case LTV -> target[COUNT] >= 2;
      case PURCHASE, CUSTOM -> !definition.excludedEvents().containsAll(block.events().keySet());
    };
  }

  /** The block of the first target event; of all events if that is {@code *}; zeros if never. */
  public static double[] target(PredictionDefinition definition, FeatureBlock block) {
    String name = definition.events().get(0);
    return name.equals(PredictionDefinition.ANY_EVENT)
        ? block.totals()
        : block.events().getOrDefault(name, new double[FeatureSet.EVENT_FEATURES.size()]);
  }

  /** Amounts of another currency do not count; what names no currency is in USD. */
  private static BigDecimal spend(PredictionDefinition definition, Event event) {
    double amount = Property.number(event.properties(), definition.amount());
    String currency = Property.text(event.properties(), "currency");
    return !Double.isNaN(amount)
            && definition.currency().equalsIgnoreCase(currency == null ? "USD" : currency.strip())
        ? BigDecimal.valueOf(amount)
        : BigDecimal.ZERO;
  }
}
