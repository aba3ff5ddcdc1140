package dev.traitflow.jobs.runtime;

import java.util.Arrays;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys under which lanes keep their state, chosen so that lanes share out over subtasks evenly.
 *
 * <p>Keyed by its bare number a lane would land wherever the number's hash falls: with two lanes on
 * two subtasks, both on one. So a lane's number is turned into a wanted key group first, its bits
 * reversed: 0, 64, 32, 96, 16 … of 128. Any run of lanes from 0 is then spread as evenly as can be
 * at any parallelism that is a power of two, and nearly so at others; and since a lane's key
 * depends on nothing but its number, further partitions of the log move no lane.
 */
public final class LaneKeys implements KeySelector<LaneInput, Integer> {
  private static final long serialVersionUID = 1L;

  /** Above every lane: each number that is congruent to the lane may be its key. */
  private static final int STRIDE = 1 << 16;

  private final int maxParallelism;
  private int[] keys = {};

  /** Keys for an operator with these many key groups. */
  public LaneKeys(int maxParallelism) {
    this.maxParallelism = maxParallelism;
  }

  @Override
  public Integer getKey(LaneInput input) {
    return keyOf(input.partition());
  }

  /**
   * The key of a lane.
   *
   * @param lane from 0 to below 65,536
   */
  public int keyOf(int lane) {
    if (lane >= keys.length) {
      int from = keys.length;
      int[] grown = Arrays.copyOf(keys, lane + 1);
      for (int each = from; each <= lane; each++) {
        grown[each] = find(each);
      }
      keys = grown;
    }
    return keys[lane];
  }

  /** The least number congruent to the lane that falls into the wanted key group. */
  private int find(int lane) {
    if (lane >= STRIDE) {
      throw new IllegalArgumentException("lane: got " + lane + " (expected below " + STRIDE + ")");
    }
    int wanted = (int) ((Integer.toUnsignedLong(Integer.reverse(lane)) * maxParallelism) >>> 32);
    int key = lane;
    while (KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism) != wanted) {
      key += STRIDE;
    }
    return key;
  }
}
