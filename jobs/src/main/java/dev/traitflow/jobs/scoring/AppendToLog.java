package dev.traitflow.jobs.scoring;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.TopicOutput;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The one writer of trait writes: through a single producer, so that the answer to a flush stands
 * in each log partition behind every write that came of it.
 */
public final class AppendToLog extends AbstractStreamOperator<TopicRecord>
    implements OneInputStreamOperator<LogEntry, TopicRecord> {
  private final JobSettings settings;

  private transient TopicOutput topics;
  private transient Beats flushes;

  /** Writes to the log of a job with these settings. */
  public AppendToLog(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    topics =
        new TopicOutput(
            settings, getMetricGroup(), record -> output.collect(new StreamRecord<>(record)));
    flushes = new Beats();
  }

  @Override
  public void processElement(StreamRecord<LogEntry> element) {
    LogEntry entry = element.getValue();
    LogRecord record = entry.record();
    if (record.kind() != LogRecord.Kind.SCORED) {
      append(entry.partition(), record);
    } else if (flushes.reached(entry.partition(), (int) entry.offset(), record.number())) {
      for (int lane = 0; lane < settings.lanes(); lane++) {
        append(lane, record);
      }
    }
  }

  private void append(int lane, LogRecord record) {
    byte[] key = record.space().getBytes(StandardCharsets.UTF_8);
    topics.accept(new TopicRecord(Topics.EVENTS, lane, key, LogRecord.CODEC.encode(record)));
  }
}
