package dev.traitflow.jobs.runtime;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Keys that reach every subtask of a keyed operator: one for each key group. A control message sent
 * to all of them travels the same channels as events and so keeps its place among them, at any
 * parallelism.
 */
public final class ControlKeys {
  private ControlKeys() {}

  /**
   * One key for each of {@code maxParallelism} key groups. No profile's key starts with a tilde.
   */
  public static List<String> all(int maxParallelism) {
    List<String> keys = new ArrayList<>(maxParallelism);
    boolean[] found = new boolean[maxParallelism];
    for (int n = 0; keys.size() < maxParallelism; n++) {
      String key = "~" + n;
      int group = KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism);
      if (!found[group]) {
        found[group] = true;
        keys.add(key);
      }
    }
    return keys;
  }
}
