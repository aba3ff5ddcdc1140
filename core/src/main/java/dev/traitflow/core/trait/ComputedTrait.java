package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.PropertyPath;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.text.WhiteSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A computed trait ready to run: filter, window and calculation. It decides which events take part;
 * who folds them keeps the state.
 *
 * @param definition what it was built from
 * @param slot place of its state in a profile, from 0
 * @param calculation how the events that count become its value
 * @param names the name of its events
 */
public record ComputedTrait(
    TraitDefinition definition, int slot, Calculation<?> calculation, EventNames names) {
  /** Builds the trait of a definition that has no problems. */
  public static ComputedTrait of(TraitDefinition definition, int slot) {
    return new ComputedTrait(
        definition, slot, Calculations.of(definition), new EventNames(Set.of(definition.event())));
  }

  /** Its key on the profile. */
  public String key() {
    return definition.key();
  }

  /** Which events count at an instant. */
  public Window window() {
    return definition.window();
  }

  /** An accumulator of no events. */
  public Tally<?> start() {
    return Tally.start(calculation);
  }

  /** The accumulator of {@link Tally#encode}d bytes. */
  public Tally<?> resume(byte[] bytes) {
    return Tally.resume(calculation, bytes);
  }

  /**
   * What the calculation sees of an event of the trait's name; null if the event takes no part: it
   * fails the conditions, has no usable value, or was received before a trait without backfill was
   * created. The window is not looked at. At account level the event is as an account's history has
   * it: with the id of the acting user's profile and the group id of the account.
   */
  public @Nullable Occurrence occurrence(EventFields fields) {
    Event event = fields.event();
    if ((!definition.backfill() && event.receivedAt() <= definition.createdAt())
        || (definition.onlyTagged() && !isTagged(fields))
        || !definition.filter().test(fields)) {
      return null;
    }
    if (definition.returnUserTrait() != null) {
      String user = event.userId();
      return user == null
          ? null
          : new Occurrence(
              event.timestamp(),
              event.messageId(),
              List.of(new PropertyValue(ValueType.TEXT, user, null)));
    }
    PropertyPath property = definition.property();
    if (property == null) {
      return new Occurrence(event.timestamp(), event.messageId(), List.of());
    }
    List<PropertyValue> values = new ArrayList<>();
    for (JsonNode node : property.values(fields)) {
      PropertyValue value = PropertyValue.of(node, definition.valueType());
      if (value != null) {
        values.add(value);
      }
    }
    return values.isEmpty() ? null : new Occurrence(event.timestamp(), event.messageId(), values);
  }

  /** True if an event of an account's history says of itself that it is about that account. */
  public static boolean isTagged(EventFields fields) {
    JsonNode tag = fields.context().get("groupId");
    return tag != null
        && tag.isTextual()
        && WhiteSpace.strip(tag.textValue()).equals(fields.event().groupId());
  }
}
