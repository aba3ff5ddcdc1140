package dev.traitflow.bench.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of a first file, raises {@code filled-SUBTASK}, waits for the signal {@code
 * go}, sends those of a second file as fast as they are taken and raises {@code done-SUBTASK}. A
 * subtask that has no files is idle, like a reader without partitions.
 *
 * @param signals between the benchmark and this
 * @param folder of the files
 * @param set name of the set of files, one for each subtask; that of the first ones is {@link
 *     #fill}
 * @param form what is in them
 * @param <T> the record
 */
public record PlayLog<T>(Signals signals, String folder, String set, Form<T> form)
    implements Script<T> {
  /** Starts the second file. */
  public static final String GO = "go";

  private static final int RECORDS_AT_ONCE = 32;
  private static final long WATERMARK_NANOS = Duration.ofMillis(200).toNanos();

  /** The set of the files that are played first. */
  public static String fill(String set) {
    return set + "-fill";
  }

  /** Raised by a subtask that has sent its first file. */
  public static String filled(int subtask) {
    return "filled-" + subtask;
  }

  /** Raised by a subtask that has sent everything. */
  public static String done(int subtask) {
    return "done-" + subtask;
  }

  @Override
  public Player<T> open(int subtask, int subtasks) throws IOException {
    Path first = MessageFile.part(Path.of(folder), fill(set), subtask);
    if (!Files.exists(first)) {
      return new Idle<>();
    }
    return new FilePlayer<>(
        this,
        subtask,
        MessageFile.open(first, form.codec()),
        MessageFile.open(MessageFile.part(Path.of(folder), set, subtask), form.codec()));
  }

  private static final class Idle<T> implements Player<T> {
    private boolean said;

    @Override
    public boolean play(ReaderOutput<T> output) {
      if (!said) {
        output.markIdle();
        said = true;
      }
      return false;
    }
  }

  private static final class FilePlayer<T> implements Player<T> {
    private final PlayLog<T> script;
    private final int subtask;
    private final MessageFile<T> first;
    private final MessageFile<T> second;
    private boolean filled;
    private boolean going;
    private boolean done;
    private long at = Long.MIN_VALUE;
    private long watermarkAt;

    FilePlayer(PlayLog<T> script, int subtask, MessageFile<T> first, MessageFile<T> second) {
      this.script = script;
      this.subtask = subtask;
      this.first = first;
      this.second = second;
    }

    @Override
    public boolean play(ReaderOutput<T> output) throws IOException {
      if (!filled) {
        filled = send(first, output);
        if (filled) {
          script.signals.raise(filled(subtask), "");
        }
        return true;
      }
      if (!going) {
        going = script.signals.isRaised(GO);
      }
      if (!going || done) {
        return false;
      }
      done = send(second, output);
      if (done) {
        script.signals.raise(done(subtask), "");
      }
      return true;
    }

    /** Sends some records; true if these were the last. */
    private boolean send(MessageFile<T> file, ReaderOutput<T> output) throws IOException {
      for (int left = RECORDS_AT_ONCE; left > 0; left--) {
        @Nullable T record = file.next();
        if (record == null) {
          showTime(output);
          return true;
        }
        at = script.form.at(record);
        output.collect(record);
      }
      if (System.nanoTime() >= watermarkAt) {
        showTime(output);
        watermarkAt = System.nanoTime() + WATERMARK_NANOS;
      }
      return false;
    }

    private void showTime(ReaderOutput<T> output) {
      if (at != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(at));
      }
    }

    @Override
    public void close() throws IOException {
      first.close();
      second.close();
    }
  }
}
