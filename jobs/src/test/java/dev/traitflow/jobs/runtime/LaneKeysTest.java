package dev.traitflow.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LaneKeysTest {
  private static final int GROUPS = JobSettings.MAX_PARALLELISM;
  private final LaneKeys keys = new LaneKeys(GROUPS);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 64})
  void lanesShareOutOverSubtasksEvenly(int parallelism) {
    for (int lanes = 1; lanes <= 512; lanes++) {
      int[] load = load(lanes, parallelism);
      int most = 0;
      int least = lanes;
      for (int each : load) {
        most = Math.max(most, each);
        least = Math.min(least, each);
      }
      assertThat(most - least).as("%d lanes on %d subtasks", lanes, parallelism).isLessThan(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 6, 7, 12})
  void noSubtaskIdlesWithTwiceAsManyLanes(int parallelism) {
    for (int lanes = 2 * parallelism; lanes <= 512; lanes++) {
      assertThat(load(lanes, parallelism)).as("%d lanes", lanes).doesNotContain(0);
    }
  }

  @Test
  void noTwoLanesShareAKey() {
    Set<Integer> all = new HashSet<>();
    for (int lane = 0; lane < 4096; lane++) {
      assertThat(all.add(keys.keyOf(lane))).as("lane %d", lane).isTrue();
    }
  }

  @Test
  void aLaneKeepsItsKeyWhateverLanesWereAskedFor() {
    int alone = new LaneKeys(GROUPS).keyOf(17);
    keys.keyOf(300);
    assertThat(keys.keyOf(17)).isEqualTo(alone);
  }

  private int[] load(int lanes, int parallelism) {
    int[] load = new int[parallelism];
    for (int lane = 0; lane < lanes; lane++) {
      load[
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              keys.keyOf(lane), GROUPS, parallelism)]++;
    }
    return load;
  }
}
