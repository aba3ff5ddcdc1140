package dev.traitflow.server.store.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.TopicRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwaitedWritesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long PATIENCE_SECONDS = 20;

  private final ProfileRepository repository;
  private final TopicRecords topics;
  private final BlockingQueue<Long> beats = new LinkedBlockingQueue<>();
  private final AwaitedWrites writes;
  private long beat;

  AwaitedWritesTest(@TempDir Path directory) throws IOException {
    repository = ProfileRepository.open(directory);
    topics = new TopicRecords(repository, 1);
    writes =
        new AwaitedWrites(repository.progress(), new TopicLayout(2, 1), () -> beats.add(++beat));
  }

  @AfterEach
  void close() {
    writes.close();
    repository.close();
  }

  private CompletableFuture<Boolean> await(int lane, long offset, Duration patience) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    assertThat(writes.await(lane, offset, patience, answer::complete)).isTrue();
    return answer;
  }

  /** Lane 0 has met flush {@code flush} at {@code offset}, lane 1 five behind that. */
  private void resolved(long flush, long offset) {
    for (int lane = 0; lane < 2; lane++) {
      for (String topic : List.of(Topics.IDENTIFIERS, Topics.INSIGHTS)) {
        topics.marker(
            topic,
            0,
            new Marker(
                "resolve", lane, 2, 1, flush, 0, Map.of(Marker.FLUSH_OFFSET, offset + lane * 5L)));
      }
    }
    topics.applied();
  }

  private void folded(long flush) {
    topics.marker(Topics.PROFILE_EVENTS, 0, new Marker("history", 0, 1, 1, flush, 0, Map.of()));
    topics.marker(Topics.PROFILE_CHANGES, 0, new Marker("fold", 0, 1, 1, flush, 0, Map.of()));
    topics.applied();
    topics.marker(Topics.PROFILE_CHANGES, 0, new Marker("accounts", 0, 1, 1, flush, 0, Map.of()));
    topics.applied();
  }

  @Test
  void answersWhenAFlushBehindTheRecordHasPassedEveryStage() throws Exception {
    CompletableFuture<Boolean> read = await(0, 10, LONG);
    assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
    resolved(1, 10);
    folded(1);
    assertThat(read).as("the flush lies at the record's own offset").isNotDone();
    resolved(2, 11);
    assertThat(read).isNotDone();
    folded(2);
    assertThat(read).isCompletedWithValue(true);
    assertThat(writes.waiting()).isZero();
  }

  @Test
  void keepsToTheFirstFlushBehindTheRecordWhileOthersFollow() {
    CompletableFuture<Boolean> read = await(0, 10, LONG);
    resolved(1, 11);
    resolved(2, 12);
    resolved(3, 13);
    folded(1);
    assertThat(read).isCompletedWithValue(true);
  }

  @Test
  void looksAtTheLaneOfTheRecord() {
    CompletableFuture<Boolean> read = await(1, 14, LONG);
    resolved(1, 9);
    folded(1);
    assertThat(read).isNotDone();
    resolved(2, 10);
    folded(2);
    assertThat(read).isCompletedWithValue(true);
  }

  @Test
  void answersAtOnceWithoutABeatWhenTheRecordIsLongReflected() {
    resolved(1, 11);
    folded(1);
    assertThat(await(0, 10, LONG)).isCompletedWithValue(true);
    assertThat(beats).isEmpty();
  }

  @Test
  void oneBeatServesAllWhoWaitAndNoneComesWhenNobodyDoes() throws Exception {
    List<CompletableFuture<Boolean>> first = List.of(await(0, 1, LONG), await(0, 2, LONG));
    assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    List<CompletableFuture<Boolean>> later = List.of(await(0, 3, LONG), await(0, 4, LONG));
    assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    resolved(2, 9);
    folded(2);
    assertThat(first).allMatch(CompletableFuture::isDone);
    assertThat(later).allMatch(CompletableFuture::isDone);
    assertThat(beat).isLessThanOrEqualTo(4);
    assertThat(writes.waiting()).isZero();
  }

  @Test
  void aReaderDoesNotWaitForABeatThatIsPlannedInCaseAnotherIsLost() throws Exception {
    writes.close();
    long never = TimeUnit.HOURS.toNanos(1);
    try (AwaitedWrites patient =
        new AwaitedWrites(
            repository.progress(), new TopicLayout(2, 1), () -> beats.add(++beat), never)) {
      for (long offset = 1; offset < 4; offset++) {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        assertThat(patient.await(0, offset, LONG, read::complete)).isTrue();
        assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(offset);
        resolved(offset, offset + 1);
        folded(offset);
        assertThat(read).isCompletedWithValue(true);
      }
    }
  }

  @Test
  void asksAgainWhenABeatWasLost() throws Exception {
    CompletableFuture<Boolean> read = await(0, 10, LONG);
    assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(beats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(read).isNotDone();
  }

  @Test
  void saysWhenItWasNotInTimeOrTheServerStops() throws Exception {
    assertThat(await(0, 10, Duration.ofMillis(20)).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isFalse();
    CompletableFuture<Boolean> read = await(0, 10, LONG);
    writes.close();
    assertThat(read).isCompletedWithValue(false);
    assertThat(writes.await(0, 10, LONG, answer -> {})).isFalse();
  }
}
