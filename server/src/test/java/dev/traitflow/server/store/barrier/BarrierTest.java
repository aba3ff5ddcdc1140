package dev.traitflow.server.store.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.MemoryEventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.TopicRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarrierTest {
  private static final int PARTITIONS = 2;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ProfileRepository repository;
  private final TopicRecords topics;
  private final MemoryEventLog log = new MemoryEventLog();
  private final Barrier barrier;
  private List<JobHealth> jobs = List.of();
  private @Nullable RuntimeException storeFailure;
  private long attempt = 1;

  BarrierTest(@TempDir Path directory) throws IOException {
    repository = ProfileRepository.open(directory);
    topics = new TopicRecords(repository, PARTITIONS);
    SpaceClock clock = SpaceClock.open(directory, ClockKind.EVENT, 0, () -> 1_000);
    PipelineHealth health = new PipelineHealth(() -> jobs, () -> true, () -> storeFailure);
    barrier =
        new Barrier(
            log, clock, repository.progress(), health, new TopicLayout(1, PARTITIONS), () -> 0);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private void resolved(long flush, long scored, long writes) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (String topic : List.of(Topics.IDENTIFIERS, Topics.INSIGHTS)) {
        topics.marker(
            topic,
            partition,
            new Marker(
                "resolve",
                0,
                1,
                attempt,
                flush,
                0,
                Map.of("scored", scored, "writes", writes, "accepted/spa/", 4L)));
      }
    }
    topics.applied();
  }

  private void passed(String topic, String stage, long flush) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int subtask = 0; subtask < 2; subtask++) {
        topics.marker(topic, partition, new Marker(stage, subtask, 2, attempt, flush, 0, Map.of()));
      }
    }
    topics.applied();
  }

  private void passedAll(long flush, long writes) {
    resolved(flush, flush - 1, writes);
    passed(Topics.PROFILE_EVENTS, "history", flush);
    passed(Topics.PROFILE_CHANGES, "fold", flush);
    passed(Topics.PROFILE_CHANGES, "accounts", flush);
  }

  @Test
  void answersWhenEveryStageHasPassedTheFlush() throws Exception {
    log.onFlush(
        flush -> {
          passedAll(flush, 0);
          resolved(flush, flush, 0);
        });

    JsonNode answer = barrier.flush(LONG);

    assertThat(answer.toString())
        .isEqualTo(
            "{\"flush\":1,\"now\":\"1970-01-01T00:00:00.000Z\","
                + "\"counts\":{\"accepted/spa/\":4,\"scored\":1,\"writes\":0}}");
  }

  @Test
  void saysAtOnceThatAJobKeepsRestarting() {
    jobs = List.of(new JobHealth("profiles", "RESTARTING", false, 5, 3, "the record is too large"));

    assertThatThrownBy(() -> barrier.flush(LONG))
        .isInstanceOf(PipelineFailedException.class)
        .hasMessage(
            "Job profiles keeps restarting (3 failures in 5 minutes). Its last failure: the record"
                + " is too large");
  }

  @Test
  void stopsWaitingForAJobThatFails() {
    log.onFlush(flush -> jobs = List.of(new JobHealth("scoring", "FAILED", true, 1, 1, "no slot")));

    assertThatThrownBy(() -> barrier.flush(LONG))
        .isInstanceOf(PipelineFailedException.class)
        .hasMessage("Job scoring has ended (FAILED). Its last failure: no slot");
  }

  @Test
  void stopsWaitingForAStoreThatNoLongerFollows() {
    log.onFlush(flush -> storeFailure = new IllegalStateException("disk full"));

    assertThatThrownBy(() -> barrier.flush(LONG))
        .isInstanceOf(PipelineFailedException.class)
        .hasMessageContaining("disk full");
  }

  @Test
  void waitsForAJobThatRestartedTwice() throws Exception {
    jobs = List.of(new JobHealth("profiles", "RUNNING", false, 2, 2, "a disk was slow"));
    log.onFlush(
        flush -> {
          passedAll(flush, 0);
          resolved(flush, flush, 0);
        });

    assertThat(barrier.flush(LONG).path("flush").asLong()).isEqualTo(1);
  }

  @Test
  void answersWhenMarkersComeLaterFromAnotherThread() throws Exception {
    Thread[] job = new Thread[1];
    log.onFlush(
        flush -> {
          job[0] =
              new Thread(
                  () -> {
                    passedAll(flush, 0);
                    resolved(flush, flush, 0);
                  });
          job[0].start();
        });

    assertThat(barrier.flush(LONG).path("flush").asLong()).isEqualTo(1);
    job[0].join();
  }

  @Test
  void goesRoundAgainWhilePredictionsAreWrittenBack() throws Exception {
    log.onFlush(
        flush -> {
          // The first answer of the scoring job comes with three writes, the second with none.
          passedAll(flush, flush == 1 ? 0 : 3);
          resolved(flush, flush, 3);
        });

    assertThat(barrier.flush(LONG).path("flush").asLong()).isEqualTo(2);
  }

  @Test
  void goesRoundAgainWhenTheJobRestartedInBetween() throws Exception {
    log.onFlush(
        flush -> {
          passedAll(flush, 0);
          if (flush == 1) {
            attempt++;
            passedAll(flush, 0);
          }
          resolved(flush, flush, 0);
        });

    assertThat(barrier.flush(LONG).path("flush").asLong()).isEqualTo(2);
  }

  @Test
  void markersOfAnOlderAttemptDoNotCount() {
    log.onFlush(
        flush -> {
          passedAll(flush, 0);
          resolved(flush, flush, 0);
          attempt++;
          passed(Topics.PROFILE_CHANGES, "fold", flush - 1);
        });

    assertThatThrownBy(() -> barrier.flush(SHORT))
        .isInstanceOf(FlushTimeoutException.class)
        .hasMessageContaining(
            "profiles.changes partition 0: stage fold subtask 0 of 2 is at flush 0 (expected 1)");
  }

  @Test
  void waitsForTheValuesOfAccounts() {
    log.onFlush(
        flush -> {
          resolved(flush, flush - 1, 0);
          passed(Topics.PROFILE_EVENTS, "history", flush);
          passed(Topics.PROFILE_CHANGES, "fold", flush);
          resolved(flush, flush, 0);
        });

    assertThatThrownBy(() -> barrier.flush(SHORT))
        .isInstanceOf(FlushTimeoutException.class)
        .hasMessageContaining("stage accounts has not marked anything");
  }

  @Test
  void namesWhatIsMissingWhenItIsLate() {
    log.onFlush(flush -> resolved(flush, 0, 0));

    assertThatThrownBy(() -> barrier.flush(SHORT))
        .isInstanceOf(FlushTimeoutException.class)
        .hasMessageContaining("not answered within 50 ms")
        .hasMessageContaining("profiles.events partition 1: stage history has not marked anything")
        .hasMessageContaining("events partition 0: flush 1 has no answer of the scoring job");
  }

  @Test
  void sendsWhoeverWaitsAwayWhenItIsClosed() {
    log.onFlush(flush -> barrier.close());
    assertThatThrownBy(() -> barrier.flush(LONG))
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("stopping");
  }
}
