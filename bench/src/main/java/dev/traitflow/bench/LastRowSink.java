package dev.traitflow.bench;

import dev.traitflow.bench.job.Signals;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.types.Row;

/**
 * Keeps the newest row of each profile: what a reader of the query's answer believes. Told with
 * each checkpoint as lines of profile and number of views.
 */
record LastRowSink(Signals signals) implements Sink<Row> {
  /** The signal of a subtask. */
  static String rows(int subtask) {
    return "rows-" + subtask;
  }

  @Override
  public SinkWriter<Row> createWriter(WriterInitContext context) {
    return new Writer(signals, context.getTaskInfo().getIndexOfThisSubtask());
  }

  private static final class Writer implements SinkWriter<Row> {
    private final Signals signals;
    private final int subtask;
    private final Map<String, Long> views = new HashMap<>();

    Writer(Signals signals, int subtask) {
      this.signals = signals;
      this.subtask = subtask;
    }

    @Override
    public void write(Row row, Context context) {
      if (row.getFieldAs(0) instanceof String profile && row.getFieldAs(2) instanceof Long count) {
        views.put(profile, count);
      }
    }

    @Override
    public void flush(boolean endOfInput) {
      StringBuilder text = new StringBuilder();
      views.forEach(
          (profile, count) -> text.append(profile).append('\t').append(count).append('\n'));
      signals.raise(rows(subtask), text.toString());
    }

    @Override
    public void close() {}
  }
}
