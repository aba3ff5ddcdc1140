package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointPaceTest {
  private static final JobID JOB = new JobID(1, 1);

  private final List<JobID> asked = new ArrayList<>();
  private CompletableFuture<?> answer = CompletableFuture.completedFuture("kept");
  private final CheckpointPace pace =
      new CheckpointPace(
          () -> Map.of("job", JOB),
          job -> {
            asked.add(job);
            return answer;
          });

  @AfterEach
  void close() {
    pace.close();
  }

  @Test
  void asksForACheckpointAtEachLookUnlessTheJobsAreAtRest() {
    pace.look();
    pace.look();
    assertThat(asked).containsExactly(JOB, JOB);

    pace.restWhile(() -> true);
    pace.look();
    assertThat(asked).hasSize(2);

    pace.restWhile(() -> false);
    pace.look();
    assertThat(asked).hasSize(3);
  }

  @Test
  void doesNotAskForASecondOneWhileTheFirstIsUnderWay() {
    CompletableFuture<String> slow = new CompletableFuture<>();
    answer = slow;
    pace.look();
    pace.look();
    assertThat(asked).hasSize(1);

    slow.completeExceptionally(new IllegalStateException("expired"));
    pace.look();
    assertThat(asked).hasSize(2);
  }
}
