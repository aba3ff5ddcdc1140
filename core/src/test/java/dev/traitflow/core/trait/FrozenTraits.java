package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Frozen;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.condition.ValueType;
import java.math.BigDecimal;
import java.util.List;

/** What this package stores: the accumulators of traits. */
public final class FrozenTraits {
  private static final PropertyValue NUMBER = PropertyValue.of(new BigDecimal("-12.50"));
  private static final PropertyValue TEXT = new PropertyValue(ValueType.TEXT, "zoë", null);
  private static final PropertyValue ARRAY = new PropertyValue(ValueType.ARRAY, "[1,\"b\"]", null);

  private static final SlidingExtreme.Queue QUEUE =
      new SlidingExtreme.Queue(
          List.of(
              new SlidingExtreme.Candidate(1_740_000_000_000L, "m-1", NUMBER),
              new SlidingExtreme.Candidate(1_740_000_000_000L, "m-2", TEXT)),
          true);

  private static Activities activities() {
    Activities activities = new Activities();
    activities.put("use_1", new Activities.Activity(3, 1_740_000_000_000L, "m-1"));
    activities.put("use_2", new Activities.Activity(1, 0, ""));
    return activities;
  }

  private static ValueCounts counts(ValueCounts none) {
    for (PropertyValue value : List.of(TEXT, TEXT, NUMBER)) {
      none.add(new Occurrence(1, "m-1", List.of(value)));
    }
    return none;
  }

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.of("trait.event-count.v1", new EventCounter().codec(), 4_711L),
          Frozen.of("trait.total.v1", Total.CODEC, new Total(new BigDecimal("-12.50"), 3)),
          Frozen.of("trait.extreme.v1", new Extreme(true).codec(), new Extreme.Best(NUMBER)),
          Frozen.of("trait.extreme.none.v1", new Extreme(true).codec(), new Extreme.Best(null)),
          Frozen.of("trait.held.v1", Held.CODEC, new Held(1_740_000_000_000L, "m-1", ARRAY)),
          Frozen.of("trait.held.none.v1", Held.CODEC, Held.NONE),
          Frozen.of("trait.activities.v1", Activities.CODEC, activities()),
          Frozen.of("trait.sliding-extreme.v1", new SlidingExtreme(true, 256).codec(), QUEUE),
          Frozen.of("trait.list.v1", ValueCounts.LIST_CODEC, counts(ValueCounts.ofList())),
          Frozen.of(
              "trait.frequent.v1", ValueCounts.FREQUENT_CODEC, counts(ValueCounts.ofFrequent())));

  private FrozenTraits() {}
}
