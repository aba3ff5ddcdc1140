package dev.traitflow.core.trait;

import dev.traitflow.core.condition.ValueType;
import java.util.List;
import java.util.Objects;

/**
 * The calculations there are. A new one is a file, its name in {@code permits}, and a line here.
 */
public final class Calculations {
  /** Every calculation, with the parameters that change what it does. */
  public static final List<Calculation<?>> ALL =
      List.of(
          new EventCounter(),
          new Sum(),
          new Average(),
          new Extreme(false),
          new Extreme(true),
          new SlidingExtreme(false, SlidingExtreme.KEPT),
          new SlidingExtreme(true, SlidingExtreme.KEPT),
          new MostFrequent(1, ValueType.TEXT),
          new MostFrequent(2, ValueType.NUMBER),
          new FirstValue(),
          new LastValue(),
          new UniqueList(),
          new UniqueListCount(),
          new ActingUser(TraitType.MOST_FREQUENT, 2, "email", ValueType.TEXT),
          new ActingUser(TraitType.FIRST, 1, "email", ValueType.TEXT),
          new ActingUser(TraitType.LAST, 1, "email", ValueType.TEXT));

  private Calculations() {}

  /** The calculation of a definition that has no problems. */
  public static Calculation<?> of(TraitDefinition definition) {
    String userTrait = definition.returnUserTrait();
    if (userTrait != null) {
      return new ActingUser(
          definition.type(), definition.minimumFrequency(), userTrait, definition.valueType());
    }
    return switch (definition.type()) {
      case EVENT_COUNTER -> new EventCounter();
      case AGGREGATION ->
          of(
              Objects.requireNonNull(definition.aggregation(), "aggregation"),
              definition.window() instanceof Window.Within
                  || definition.window() instanceof Window.Between);
      case MOST_FREQUENT -> new MostFrequent(definition.minimumFrequency(), definition.valueType());
      case FIRST -> new FirstValue();
      case LAST -> new LastValue();
      case UNIQUE_LIST -> new UniqueList();
      case UNIQUE_LIST_COUNT -> new UniqueListCount();
    };
  }

  private static Calculation<?> of(Aggregation aggregation, boolean sliding) {
    return switch (aggregation) {
      case SUM -> new Sum();
      case AVG -> new Average();
      case MIN -> extreme(false, sliding);
      case MAX -> extreme(true, sliding);
    };
  }

  private static Calculation<?> extreme(boolean greatest, boolean sliding) {
    return sliding ? new SlidingExtreme(greatest, SlidingExtreme.KEPT) : new Extreme(greatest);
  }
}
