package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.util.ArrayList;
import java.util.List;

/**
 * What features look at of a history: its events' names, times, amounts and products, and what
 * identify calls said of numeric and boolean traits, read from their bytes once. A history that is
 * folded at many instants is read once and folded often.
 */
public final class FeatureFacts {
  final List<Fact> facts;
  final List<Setting> settings;

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

  /**
   * What one identify call said of one trait.
   *
   * @param trait its key
   * @param time epoch milliseconds
   * @param value the number, 1 or 0 of a boolean, NaN if the trait was removed or became something
   *     that is no feature
   */
  record Setting(String trait, long time, double value) {}

  private FeatureFacts(List<Fact> facts, List<Setting> settings) {
    this.facts = facts;
    this.settings = settings;
  }

  /**
   * Reads a history.
   *
   * @param history events in {@link Event#HISTORY_ORDER}; only track, page, screen and identify
   *     calls with {@code timestamp < before} are looked at
   * @param before epoch milliseconds
   */
  public static FeatureFacts of(Iterable<Event> history, long before) {
    List<Fact> facts = new ArrayList<>();
    List<Setting> settings = new ArrayList<>();
    for (Event event : history) {
      if (event.timestamp() >= before) {
        continue;
      }
      if (event.type() == EventType.IDENTIFY) {
        Property.traits(
            event.traits(),
            (trait, value) -> settings.add(new Setting(trait, event.timestamp(), value)));
      } else if (PredictionDefinition.isFeatureEvent(event)) {
        Property.Commerce read = Property.commerce(event.properties());
        facts.add(
            new Fact(
                event.name(), event.timestamp(), read.amount(), read.items(), read.products()));
      }
    }
    return new FeatureFacts(facts, settings);
  }
}
