package dev.traitflow.bench.job;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink that keeps no records and raises {@link #flushed} when the fold of accounts, the last
 * stage, has answered a barrier whose number is a multiple of {@link #EVERY}. For parallelism 1.
 *
 * @param signals where it raises
 */
public record FlushSink(Signals signals) implements Sink<TopicRecord> {
  /** Barriers between two that are told. */
  public static final long EVERY = 1_000_000;

  /** The signal that everything before a barrier is done. */
  public static String flushed(long number) {
    return "flushed-" + number;
  }

  @Override
  public SinkWriter<TopicRecord> createWriter(WriterInitContext context) {
    return new Writer(signals);
  }

  private static final class Writer implements SinkWriter<TopicRecord> {
    private final Signals signals;
    private long newest;

    Writer(Signals signals) {
      this.signals = signals;
    }

    @Override
    public void write(TopicRecord record, Context context) {
      if (record.topic().equals(Topics.PROFILE_CHANGES) && Marker.isMarkerKey(record.key())) {
        Marker marker = Marker.CODEC.decode(record.value());
        if (marker.stage().equals(FoldProfiles.ACCOUNTS_STAGE)
            && marker.flush() > newest
            && marker.flush() % EVERY == 0) {
          newest = marker.flush();
          signals.raise(flushed(newest), "");
        }
      }
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
