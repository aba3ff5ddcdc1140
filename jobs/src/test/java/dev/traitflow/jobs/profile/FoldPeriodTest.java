package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.runtime.metrics.TimerGauge;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The task is never idle here, so that a small bundle is flushed once a period. */
final class FoldPeriodTest {
  private static final long PERIOD = FlushPace.PERIOD_MILLIS;
  private static final long START = 1_000;

  private long nanos;
  private long nanosEach;
  private final TestProcessingTimeService time = new TestProcessingTimeService();
  private final FakeFoldWork work = new FakeFoldWork();
  private final FoldPeriod period =
      new FoldPeriod(
          time,
          new FlushPace(new TimerGauge()),
          new FoldProgress(work),
          work,
          () -> nanos += nanosEach);

  @BeforeEach
  void begin() throws Exception {
    time.setCurrentTime(START);
    period.run(START);
    work.done();
  }

  @Test
  void nothingIsPlannedWhileThereIsNothingToDo() {
    assertThat(time.getNumActiveTimers()).isZero();
  }

  @Test
  void anEventIsWrittenWithinAPeriod() throws Exception {
    work.pending = 1;
    period.eventTaken();
    period.await();
    time.setCurrentTime(START + PERIOD - 1);
    assertThat(work.done()).isEmpty();
    time.setCurrentTime(START + PERIOD);
    assertThat(work.done()).containsExactly("flush");
    assertThat(time.getNumActiveTimers()).isZero();
  }

  @Test
  void anEventAfterAPauseIsWrittenAtOnce() throws Exception {
    time.setCurrentTime(START + 10 * PERIOD);
    work.pending = 1;
    period.await();
    time.setCurrentTime(START + 10 * PERIOD + 1);
    assertThat(work.done()).containsExactly("flush");
  }

  @Test
  void manyEventsPlanTheWorkOnce() {
    period.await();
    period.await();
    assertThat(time.getNumActiveTimers()).isEqualTo(1);
  }

  @Test
  void aSweepGoesOnAtOnceWhileNoEventsCome() throws Exception {
    work.slices = 3;
    period.await();
    time.setCurrentTime(START + PERIOD);
    time.setCurrentTime(START + PERIOD + 1);
    time.setCurrentTime(START + PERIOD + 2);
    assertThat(work.slices).isZero();
  }

  @Test
  void aSweepLeavesTwoThirdsOfTheTimeToEvents() throws Exception {
    work.slices = 3;
    nanosEach = 10_000_000;
    period.eventTaken();
    period.await();
    time.setCurrentTime(START + PERIOD);
    assertThat(work.slices).isEqualTo(2);
    time.setCurrentTime(START + PERIOD + 20);
    assertThat(work.slices).isEqualTo(2);
    time.setCurrentTime(START + PERIOD + 21);
    assertThat(work.slices).isEqualTo(1);
  }
}
