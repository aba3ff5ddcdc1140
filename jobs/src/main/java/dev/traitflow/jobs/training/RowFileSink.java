package dev.traitflow.jobs.training;

import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;

/** Writes rows to files that appear only when they are whole. */
public final class RowFileSink {
  private RowFileSink() {}

  /** A sink of row files below {@code directory}, on any file system Flink knows. */
  public static Sink<TopicRecord> in(String directory) {
    return FileSink.forBulkFormat(new Path(directory), new RowFiles.WriterFactory()).build();
  }
}
