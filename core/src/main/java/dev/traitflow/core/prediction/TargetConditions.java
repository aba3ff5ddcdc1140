package dev.traitflow.core.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.condition.EventFilter;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * What the properties of a prediction's target events must be, in the form computed traits have.
 * Equal if they were written alike.
 */
public final class TargetConditions {
  /** No conditions. */
  public static final TargetConditions NONE = new TargetConditions(null, EventFilter.everything());

  private final @Nullable JsonNode json;
  private final EventFilter filter;

  private TargetConditions(@Nullable JsonNode json, EventFilter filter) {
    this.json = json;
    this.filter = filter;
  }

  /** Reads them strictly; what is wrong is added to the reader's problems. */
  static TargetConditions parse(Fields fields) {
    return new TargetConditions(fields.whole(), EventFilter.parse(fields));
  }

  /** True if there are none. */
  public boolean isEmpty() {
    return json == null;
  }

  /** The conditions as they were read; null if there are none. */
  public @Nullable JsonNode json() {
    return json;
  }

  /** True if the event fulfils them; parses it only if there are any. */
  boolean test(Event event) {
    return json == null || filter.test(new EventFields(event));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TargetConditions that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The conditions as compact JSON; empty if there are none. */
  @Override
  public String toString() {
    return json == null ? "" : ValueText.json(json);
  }
}
