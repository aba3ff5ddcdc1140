package dev.traitflow.jobs.runtime;

import java.util.function.Consumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every stage to its topics: the one place where a record's size is checked against the
 * bound of its topic before a producer meets it.
 *
 * <p>Records are within their bounds by construction, so this is a net. A producer that refuses a
 * record fails the job, which comes back to the same record after every restart, and every space
 * waits. So a record beyond its bound is never handed on: it is counted ({@value #METRIC}), {@link
 * TooLargeRecord replaced} by one that says so for its key, and shown among the rejected calls.
 */
public final class TopicOutput implements Consumer<TopicRecord> {
  /** The metric that counts records beyond their bound. */
  public static final String METRIC = "recordsTooLarge";

  private static final Logger LOG = LoggerFactory.getLogger(TopicOutput.class);

  private final JobSettings settings;
  private final Consumer<TopicRecord> records;
  private final Counter tooLarge;

  /** A way to {@code records} whose misses are counted in the group of a stage. */
  public TopicOutput(JobSettings settings, MetricGroup metrics, Consumer<TopicRecord> records) {
    this.settings = settings;
    this.records = records;
    this.tooLarge = metrics.counter(METRIC);
  }

  @Override
  public void accept(TopicRecord record) {
    if (record.bytes() <= record.bytesMax()) {
      records.accept(record);
      return;
    }
    tooLarge.inc();
    if (tooLarge.getCount() == 1) {
      // Each is among the rejected calls and counted; the log says once that it happens at all.
      LOG.warn(
          "A record of {} takes {} bytes (expected at most {}): it is replaced by one that says so",
          record.topic(),
          record.bytes(),
          record.bytesMax());
    }
    TooLargeRecord.replace(record, settings.profilePartitions()).forEach(records);
  }
}
