package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * What features look at of a history: its events' names, times, amounts and products, read from
 * their bytes once. A history that is folded at many instants is read once and folded often.
 */
public final class FeatureFacts {
  final List<Fact> facts;

  /**
   * One event.
   *
   * @param name its name
   * @param time epoch milliseconds
   * @param amount NaN if it has none
   * @param items the quantity of all its products, or its own; 0 if it names none
   * @param products hashes of the products it names
   */
  record Fact(String name, long time, double amount, double items, long[] products) {}

  private FeatureFacts(List<Fact> facts) {
    this.facts = facts;
  }

  /**
   * Reads a history.
   *
   * @param history events in {@link Event#HISTORY_ORDER}; only track, page and screen calls with
   *     {@code timestamp < before} are looked at
   * @param before epoch milliseconds
   */
  public static FeatureFacts of(Iterable<Event> history, long before) {
    List<Fact> facts = new ArrayList<>();
    for (Event event : history) {
      if (event.timestamp() < before && PredictionDefinition.isFeatureEvent(event)) {
        Property.Commerce read = Property.commerce(event.properties());
        facts.add(
            new Fact(
                event.name(), event.timestamp(), read.amount(), read.items(), read.products()));
      }
    }
    return new FeatureFacts(facts);
  }
}
