package dev.traitflow.bench.job;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.jspecify.annotations.Nullable;

/**
 * A sink that keeps no records. It raises a signal when every profile of a subtask has come to a
 * definition, and notes when values were shown, for those traits whose value or key tells when they
 * should have been.
 *
 * @param signals where it raises {@link #defined} and writes {@link Samples}
 */
public record MeasureSink(Signals signals) implements Sink<TopicRecord> {
  /** Key of a trait whose value is the nanosecond its event was sent at. */
  public static final String SENT = "sent";

  /** Start of the keys of traits whose changes are due at an instant of event time. */
  public static final String DUE = "due";

  /** The signal that a subtask has computed a definition for all of its profiles. */
  public static String defined(String space, long sequence, int subtask) {
    return "defined-" + space + "-" + sequence + "-" + subtask;
  }

  @Override
  public SinkWriter<TopicRecord> createWriter(WriterInitContext context) throws IOException {
    int subtask = context.getTaskInfo().getIndexOfThisSubtask();
    return new Writer(signals, Samples.Writer.open(signals, subtask));
  }

  private static final class Writer implements SinkWriter<TopicRecord> {
    private final Signals signals;
    private final Samples.Writer samples;
    private final Map<String, Long> known = new HashMap<>();

    Writer(Signals signals, Samples.Writer samples) {
      this.signals = signals;
      this.samples = samples;
    }

    @Override
    public void write(TopicRecord record, Context context) throws IOException {
      if (!record.topic().equals(Topics.PROFILE_CHANGES)) {
        return;
      }
      if (Marker.isMarkerKey(record.key())) {
        if (record.partition() == 0) {
          mark(Marker.CODEC.decode(record.value()));
        }
        return;
      }
      ProfileChange change = ProfileChange.CODEC.decode(record.value());
      if (change.body() instanceof ProfileChange.Value value) {
        String key = value.value().key();
        byte @Nullable [] json = value.value().json();
        if (key.equals(SENT) && json != null) {
          samples.add(Samples.Kind.of(change.profile()), number(json), System.nanoTime());
        } else if (key.startsWith(DUE)) {
          samples.add(Samples.Kind.DUE, value.value().updatedAt(), System.nanoTime());
        }
      }
    }

    private void mark(Marker marker) {
      if (!marker.stage().equals(FoldProfiles.STAGE)) {
        return;
      }
      marker
          .counts()
          .forEach(
              (name, sequence) -> {
                if (name.startsWith("defined/") && !sequence.equals(known.put(name, sequence))) {
                  String space = name.substring(name.indexOf('/') + 1);
                  signals.raise(
                      defined(space, sequence, marker.subtask()), Long.toString(System.nanoTime()));
                }
              });
    }

    /** The digits of a JSON value as a number. */
    private static long number(byte[] json) {
      long number = 0;
      for (byte each : json) {
        if (each >= '0' && each <= '9') {
          number = number * 10 + each - '0';
        }
      }
      return number;
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      samples.flush();
    }

    @Override
    public void close() throws IOException {
      samples.close();
    }
  }
}
