package dev.traitflow.bench.job;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** When values were shown, and when they should have been: what a sink noted. */
public final class Samples {
  /** Profiles whose ids start so are told apart from the others. */
  public static final String HOT = "hot";

  /** What was shown. */
  public enum Kind implements WireCode {
    /** An event of some profile; since the nanosecond it was sent. */
    EVENT(0),
    /** An event of the profile that gets more than its share. */
    HOT_EVENT(1),
    /** A change by the passing of time; since its instant, epoch milliseconds. */
    DUE(2);

    private static final WireCodes<Kind> CODES = new WireCodes<>("kind of sample", values());

    private final int wireCode;

    Kind(int wireCode) {
      this.wireCode = wireCode;
    }

    @Override
    public int wireCode() {
      return wireCode;
    }

    static Kind of(String profile) {
      return profile.startsWith(HOT) ? HOT_EVENT : EVENT;
    }
  }

  /**
   * One value that was shown.
   *
   * @param kind what it was
   * @param since what the kind says
   * @param shown nanosecond at the sink
   */
  public record Sample(Kind kind, long since, long shown) {}

  private Samples() {}

  /** Reads what the sinks of a run have written up to their last checkpoint. */
  public static List<Sample> read(Signals signals, int subtasks) throws IOException {
    List<Sample> samples = new ArrayList<>();
    int read = 0;
    for (int subtask = 0; subtask < subtasks; subtask++) {
      try (DataInputStream in =
          new DataInputStream(
              new BufferedInputStream(Files.newInputStream(file(signals, subtask)), 1 << 16))) {
        // Until the end of this one.
        while (true) {
          samples.add(new Sample(Kind.CODES.of(in.readByte()), in.readLong(), in.readLong()));
        }
      } catch (EOFException end) {
        read++;
      }
    }
    if (read != subtasks) {
      throw new IllegalStateException(
          "samples: got " + read + " files (expected " + subtasks + ")");
    }
    return samples;
  }

  private static Path file(Signals signals, int subtask) {
    return signals.file("samples-" + subtask);
  }

  /** Writes samples of one subtask. */
  static final class Writer implements AutoCloseable {
    private final DataOutputStream out;

    private Writer(DataOutputStream out) {
      this.out = out;
    }

    static Writer open(Signals signals, int subtask) throws IOException {
      return new Writer(
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(file(signals, subtask)), 1 << 16)));
    }

    void add(Kind kind, long since, long shown) throws IOException {
      out.writeByte(kind.wireCode());
      out.writeLong(since);
      out.writeLong(shown);
    }

    void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
