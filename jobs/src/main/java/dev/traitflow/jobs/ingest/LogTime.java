package dev.traitflow.jobs.ingest;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.LogEntry;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Carries the log's time as watermarks: a watermark is the clock of the newest record, so timers
 * due by then may fire. Ticks and flushes show at once; other records at the next period, since a
 * watermark a record would cost as much as the record.
 */
public final class LogTime implements WatermarkGenerator<LogEntry> {
  private long now = Long.MIN_VALUE;
  private long shown = Long.MIN_VALUE;

  @Override
  public void onEvent(LogEntry entry, long timestamp, WatermarkOutput output) {
    now = Math.max(now, entry.record().at());
    LogRecord.Kind kind = entry.record().kind();
    if (kind == LogRecord.Kind.TICK || kind == LogRecord.Kind.FLUSH) {
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
      output.emitWatermark(new Watermark(now));
    }
  }
}
