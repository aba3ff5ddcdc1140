package dev.traitflow.bench.job;

import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.jspecify.annotations.Nullable;

/**
 * Defines a space, waits for the signal {@code go}, sends the messages of a file as fast as they
 * are taken, and raises {@code done-SUBTASK}. Time passes every 200 ms, as the main job lets it.
 *
 * @param signals between the benchmark and this
 * @param folder of the files
 * @param set name of the set of files, one for each subtask
 * @param space the definition of {@link Traffic#SPACE}; empty for none
 */
public record PlayFiles(Signals signals, String folder, String set, String space)
    implements Script<ProfileMessage> {
  /** Starts the sending. */
  public static final String GO = "go";

  private static final int MESSAGES_AT_ONCE = 32;
  private static final long WATERMARK_NANOS = 200_000_000;

  /** Raised by a subtask that has sent everything. */
  public static String done(int subtask) {
    return "done-" + subtask;
  }

  @Override
  public Player<ProfileMessage> open(int subtask, int subtasks) throws IOException {
    return new FilePlayer(this, subtask, subtasks);
  }

  private static final class FilePlayer implements Player<ProfileMessage> {
    private final PlayFiles script;
    private final int subtask;
    private final int subtasks;
    private final MessageFile<ProfileMessage> file;
    private boolean defined;
    private boolean going;
    private boolean done;
    private long at = Long.MIN_VALUE;
    private long watermarkAt;

    FilePlayer(PlayFiles script, int subtask, int subtasks) throws IOException {
      this.script = script;
      this.subtask = subtask;
      this.subtasks = subtasks;
      this.file = MessageFile.open(MessageFile.part(Path.of(script.folder), script.set, subtask));
    }

    @Override
    public boolean play(ReaderOutput<ProfileMessage> output) throws IOException {
      if (!defined) {
        defined = true;
        if (!script.space.isEmpty()) {
          Definitions.define(output, Traffic.SPACE, script.space, 1, subtask, subtasks);
        }
      }
      if (!going) {
        going = script.signals.isRaised(GO);
        watermarkAt = System.nanoTime() + WATERMARK_NANOS;
      }
      return going && !done && send(output);
    }

    private boolean send(ReaderOutput<ProfileMessage> output) throws IOException {
      for (int left = MESSAGES_AT_ONCE; left > 0; left--) {
        @Nullable ProfileMessage message = file.next();
        if (message == null) {
          output.emitWatermark(new Watermark(at));
          script.signals.raise(done(subtask), Long.toString(System.nanoTime()));
          done = true;
          return false;
        }
        if (message instanceof EventMessage event) {
          at = event.at();
        }
        output.collect(message);
      }
      if (System.nanoTime() >= watermarkAt) {
        // Another event of this very millisecond may follow; SQL would take it for late.
        output.emitWatermark(new Watermark(at - 1));
        watermarkAt = System.nanoTime() + WATERMARK_NANOS;
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
