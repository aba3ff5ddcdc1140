package dev.traitflow.jobs.training;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Counts events by name for the data checks: one tally a subtask, at the end of the input. */
public final class CountEvents extends AbstractStreamOperator<TopicRecord>
    implements OneInputStreamOperator<HistoryPart, TopicRecord>, BoundedOneInput {
  private static final byte[] NONE = new byte[0];

  private final long now;

  private transient EventStatistics statistics;

  /** Counts events before {@code now}, epoch milliseconds. */
  public CountEvents(long now) {
    this.now = now;
  }

  @Override
  public void open() throws Exception {
    super.open();
    statistics = new EventStatistics();
  }

  @Override
  public void processElement(StreamRecord<HistoryPart> element) {
    if (element.getValue().kind() == Kind.EVENT) {
      Event event = Event.CODEC.decode(element.getValue().value());
      if (event.timestamp() < now) {
        statistics.add(event);
      }
    }
  }

  @Override
  public void endInput() {
    output.collect(
        new StreamRecord<>(
            new TopicRecord(
                RowFiles.STATISTICS, 0, NONE, EventStatistics.CODEC.encode(statistics))));
  }
}
