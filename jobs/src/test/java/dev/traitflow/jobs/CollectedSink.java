package dev.traitflow.jobs;

import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink whose records the test reads once the job has ended. The job has copies of this object, so
 * the records are found by a name, and in this JVM only.
 */
final class CollectedSink implements Sink<TopicRecord> {
  private static final long serialVersionUID = 1;
  private static final Map<String, Queue<TopicRecord>> RECORDS = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();

  /** The records so far; those of one subtask in their order. */
  List<TopicRecord> records() {
    return List.copyOf(queue());
  }

  private Queue<TopicRecord> queue() {
    return RECORDS.computeIfAbsent(name, any -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public SinkWriter<TopicRecord> createWriter(WriterInitContext context) {
    return new Writer(queue());
  }

  private record Writer(Queue<TopicRecord> queue) implements SinkWriter<TopicRecord> {
    @Override
    public void write(TopicRecord element, Context context) {
      queue.add(element);
    }

    @Override
    public void flush(boolean endOfInput) {
      // Everything is written already.
    }

    @Override
    public void close() {
      // The test reads the records afterwards.
    }
  }
}
