package dev.traitflow.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

class LogTimeTest {
  private final List<Long> shown = new ArrayList<>();
  private final WatermarkOutput output = new Shown();
  private long nanos;
  private final LogTime time = new LogTime(() -> nanos);

  private final class Shown implements WatermarkOutput {
    @Override
    public void emitWatermark(Watermark watermark) {
      shown.add(watermark.getTimestamp());
    }

    @Override
    public void markIdle() {
      throw new AssertionError("got idle (expected never)");
    }

    @Override
    public void markActive() {}
  }

  private void call(long at) {
    see(LogRecord.call("spa", at, "web", "m", "", new byte[0]));
  }

  private void see(LogRecord record) {
    time.onEvent(new LogEntry(0, 0, record), record.at(), output);
  }

  @Test
  void aTickShowsAtOnceAndACallOnlyIfTimeWasNotShownForAWhile() {
    see(LogRecord.tick(10));
    call(20);
    assertThat(shown).containsExactly(10L);

    nanos += TimeUnit.MILLISECONDS.toNanos(199);
    call(30);
    assertThat(shown).containsExactly(10L);

    nanos += TimeUnit.MILLISECONDS.toNanos(1);
    call(40);
    call(50);
    assertThat(shown).containsExactly(10L, 40L);
  }

  @Test
  void theTimeOfALastCallIsShownWhenAskedForAndNeverGoesBack() {
    call(20);
    call(15);
    time.onPeriodicEmit(output);
    time.onPeriodicEmit(output);
    assertThat(shown).containsExactly(20L);
  }
}
