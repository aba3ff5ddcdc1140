package dev.traitflow.jobs.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells the first copy of a control message from the others: every subtask gets one copy for each
 * of its key groups, and one from each sender.
 */
public final class Orders {
  private final Map<String, Long> newest = new HashMap<>();

  /** True once for each message: the first time its sequence is seen for its kind and space. */
  public boolean isFirst(ProfileMessage message) {
    String name = message.kind() + "/" + message.text();
    Long before = newest.get(name);
    if (before != null && before >= message.sequence()) {
      return false;
    }
    newest.put(name, message.sequence());
    return true;
  }
}
