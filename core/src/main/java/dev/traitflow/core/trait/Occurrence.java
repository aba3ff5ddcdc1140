package dev.traitflow.core.trait;

import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.text.CodePointOrder;
import java.util.List;

/**
 * One event as a calculation sees it: when it happened, which it is, and its usable values.
 *
 * @param timestamp when it happened, epoch milliseconds
 * @param messageId the event's identity
 * @param values its usable values in the order sent; at least one unless only events are counted
 */
public record Occurrence(long timestamp, String messageId, List<PropertyValue> values) {
  public Occurrence {
    values = List.copyOf(values);
  }

  static int compare(long timestampA, String messageIdA, long timestampB, String messageIdB) {
    return timestampA != timestampB
        ? Long.compare(timestampA, timestampB)
        : CodePointOrder.INSTANCE.compare(messageIdA, messageIdB);
  }
}
