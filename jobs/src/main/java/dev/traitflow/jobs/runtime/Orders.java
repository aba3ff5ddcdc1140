package dev.traitflow.jobs.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells the first copy of a control message from the others: every subtask gets one copy for each
 * of its key groups, and one from each sender.
 */
public final class Orders {
  private final Map<String, Long> newest = new HashMap<>();

  /** True once for each definition of a space: when its sequence is seen first. */
  public boolean isFirst(ControlMessage.Define define) {
    return isFirst(define.kind(), define.space(), define.sequence());
  }

  /** True once for each scoring round of a space: when its sequence is seen first. */
  public boolean isFirst(ControlMessage.Score score) {
    return isFirst(score.kind(), score.space(), score.sequence());
  }

  private boolean isFirst(ProfileMessage.Kind kind, String space, long sequence) {
    String name = kind + "/" + space;
    Long before = newest.get(name);
    if (before != null && before >= sequence) {
      return false;
    }
    newest.put(name, sequence);
    return true;
  }
}
