package dev.traitflow.bench.job;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink that keeps no records and raises {@link #united} when a survivor's pointer comes, which is
 * behind its united values.
 *
 * @param signals where it raises
 * @param trait key of the trait whose united value is told
 */
public record MergeSink(Signals signals, String trait) implements Sink<TopicRecord> {

  /** The signal that a merge is seen by readers: its nanosecond and the survivor's value. */
  public static String united(long offset) {
    return "united-" + offset;
  }

  @Override
  public SinkWriter<TopicRecord> createWriter(WriterInitContext context) {
    return new Writer(this);
  }

  private static final class Writer implements SinkWriter<TopicRecord> {
    private final MergeSink sink;
    private final Map<String, String> values = new HashMap<>();

    Writer(MergeSink sink) {
      this.sink = sink;
    }

    @Override
    public void write(TopicRecord record, Context context) {
      if (!record.topic().equals(Topics.PROFILE_CHANGES) || Marker.isMarkerKey(record.key())) {
        return;
      }
      ProfileChange change = ProfileChange.CODEC.decode(record.value());
      if (change.body() instanceof ProfileChange.Value value) {
        byte[] json = value.value().json();
        if (json != null && value.value().key().equals(sink.trait)) {
          values.put(change.profile(), new String(json, StandardCharsets.UTF_8));
        }
      } else if (change.body() instanceof ProfileChange.Absorbed absorbed) {
        String value = values.getOrDefault(change.profile(), "none");
        sink.signals.raise(united(absorbed.sequence()), System.nanoTime() + " " + value);
      }
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
