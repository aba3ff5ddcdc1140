package dev.traitflow.jobs.ingest;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.LogEntry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Carries the log's time as watermarks: a watermark is the clock of the newest record, so timers
 * due by then may fire. Ticks and flushes show at once; other records show the time 200 ms after it
 * was last shown, since a watermark a record would cost as much as the record.
 *
 * <p>On a wall clock a tick follows the last record of a burst. The period of the source only
 * carries the time of a last record that no tick follows, which is why it may be long.
 */
public final class LogTime implements WatermarkGenerator<LogEntry> {
  /** The period of the source that reads the log, in milliseconds of processing time. */
  public static final long TRAILING_MILLIS = 1_000;

  private static final long SHOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final LongSupplier nanos;
  private long now = Long.MIN_VALUE;
  private long shown = Long.MIN_VALUE;
  private long shownNanos;

  /** The time of one partition of the log. */
  public LogTime() {
    this(System::nanoTime);
  }

  /**
   * The same by another monotonic clock.
   *
   * @param nanos as {@link System#nanoTime}
   */
  public LogTime(LongSupplier nanos) {
    this.nanos = nanos;
    this.shownNanos = nanos.getAsLong();
  }

  @Override
  public void onEvent(LogEntry entry, long timestamp, WatermarkOutput output) {
    now = Math.max(now, entry.record().at());
    LogRecord.Kind kind = entry.record().kind();
    // Processing time, because it only bounds how long a change by time stays unseen.
    if (kind == LogRecord.Kind.TICK
        || kind == LogRecord.Kind.FLUSH
        || nanos.getAsLong() - shownNanos >= SHOWN_NANOS) {
      show(output);
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    show(output);
  }

  private void show(WatermarkOutput output) {
    if (now > shown) {
      shown = now;
      shownNanos = nanos.getAsLong();
      output.emitWatermark(new Watermark(now));
    }
  }
}
