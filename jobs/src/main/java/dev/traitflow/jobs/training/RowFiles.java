package dev.traitflow.jobs.training;

import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;

/** The files between the training job and the trainers: kind, length and bytes, again and again. */
public final class RowFiles {
  /** A {@link TrainingRow}. */
  static final String ROW = "row";

  /** {@link EventStatistics} of one subtask, or of what one profile adds. */
  static final String STATISTICS = "statistics";

  private RowFiles() {}

  /** Writes one file. */
  static final class Writer implements BulkWriter<TopicRecord> {
    private final DataOutputStream out;

    private Writer(FSDataOutputStream stream) {
      out = new DataOutputStream(stream);
    }

    @Override
    public void addElement(TopicRecord record) throws IOException {
      out.writeUTF(record.topic());
      out.writeInt(record.value().length);
      out.write(record.value());
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void finish() throws IOException {
      out.flush();
    }
  }

  /** Opens writers. */
  static final class WriterFactory implements BulkWriter.Factory<TopicRecord> {
    @Override
    public BulkWriter<TopicRecord> create(FSDataOutputStream out) {
      return new Writer(out);
    }
  }

  /** Takes rows as they are read. */
  interface RowReceiver {
    /** Takes a row and its encoded form. */
    void accept(TrainingRow row, byte[] value) throws IOException;
  }

  /**
   * Reads every finished file below {@code directory}.
   *
   * @return all statistics together; rows go to {@code rows}
   */
  static EventStatistics read(Path directory, RowReceiver rows) throws IOException {
    EventStatistics statistics = new EventStatistics();
    List<Path> files;
    try (Stream<Path> paths = Files.walk(directory)) {
      files =
          paths
              .filter(Files::isRegularFile)
              .filter(path -> !path.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
    }
    for (Path file : files) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        while (true) {
          String kind = in.readUTF();
          byte[] value = in.readNBytes(in.readInt());
          if (kind.equals(STATISTICS)) {
            statistics.merge(EventStatistics.CODEC.decode(value));
          } else {
            rows.accept(TrainingRow.CODEC.decode(value), value);
          }
        }
      } catch (EOFException end) {
        // A file ends where no further record begins.
      }
    }
    return statistics;
  }
}
