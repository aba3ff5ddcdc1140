package dev.traitflow.core.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the condition for which an event does not pass a filter, so that a person can be told which
 * one it was. Kept apart from the filter, which is asked about every event and need not know.
 */
public final class FailedCondition {
  private FailedCondition() {}

  /**
   * Returns the JSON pointer, within the conditions as written, of what the event fails: the first
   * condition of an {@code all} that does not hold; where several alternatives fail, or no element
   * of an array fulfils a group, the group itself, which may be all of the conditions (an empty
   * pointer). Null if the event passes.
   */
  public static @Nullable String pointer(EventFilter filter, EventFields event) {
    return filter.test(event) ? null : find(filter, event, "");
  }

  private static String find(EventFilter filter, EventFields event, String pointer) {
    if (!(filter instanceof EventFilter.Group group) || group.element() != null) {
      return pointer;
    }
    List<EventFilter> parts = group.parts();
    if (!group.all() && parts.size() > 1) {
      return pointer;
    }
    String list = pointer + (group.all() ? "/all/" : "/any/");
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).test(event)) {
        return find(parts.get(i), event, list + i);
      }
    }
    return pointer;
  }
}
