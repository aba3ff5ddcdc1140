package dev.traitflow.jobs;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.ingest.LogTime;
import dev.traitflow.jobs.runtime.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/** One partition of the log of a {@link JobChain} and its reader, which says how late it is. */
final class ChainLane implements WatermarkOutput {
  private final int lane;
  private final LongConsumer watermarks;
  private final List<LogRecord> records = new ArrayList<>();
  private LogTime time = standing();
  private int offset;

  ChainLane(int lane, LongConsumer watermarks) {
    this.lane = lane;
    this.watermarks = watermarks;
  }

  int lane() {
    return lane;
  }

  /** Adds a record at the end. Returns its place. */
  LogEntry append(LogRecord added) {
    records.add(added);
    return new LogEntry(lane, records.size() - 1L, added);
  }

  boolean hasNext() {
    return offset < records.size();
  }

  /** The next entry; {@link #passed} is to be called behind it. */
  LogEntry next() {
    return new LogEntry(lane, offset, records.get(offset++));
  }

  /** Says how late it is by a record that was sent, if it is one that says so at once. */
  void passed(LogEntry entry) {
    time.onEvent(entry, entry.record().at(), this);
  }

  /** Says how late it is, as the runtime asks for now and then. */
  void showTime() {
    time.onPeriodicEmit(this);
  }

  /** Where to go on. */
  int offset() {
    return offset;
  }

  /** Goes on at an offset, as a new reader. */
  void restart(int next) {
    offset = next;
    time = standing();
  }

  /** Shows time at ticks, flushes and when asked: stories are the same at each run. */
  private static LogTime standing() {
    return new LogTime(() -> 0);
  }

  @Override
  public void emitWatermark(Watermark watermark) {
    watermarks.accept(watermark.getTimestamp());
  }

  @Override
  public void markIdle() {
    throw new IllegalStateException("lane: got idle (expected never)");
  }

  @Override
  public void markActive() {}
}
