package dev.traitflow.bench.job;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.ProfileMessage;
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
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Messages in a file, made before the clock starts and read by each opponent in the same way.
 *
 * @param <T> what is in it
 */
public final class MessageFile<T> implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DataInputStream in;
  private final Codec<T> codec;

  private MessageFile(DataInputStream in, Codec<T> codec) {
    this.in = in;
    this.codec = codec;
  }

  /** Opens a file that {@link #write} made. */
  public static MessageFile<ProfileMessage> open(Path file) throws IOException {
    return open(file, ProfileMessage.CODEC);
  }

  /** Opens a file that a {@link Writer} made with the same codec. */
  public static <T> MessageFile<T> open(Path file, Codec<T> codec) throws IOException {
    return new MessageFile<>(
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)),
        codec);
  }

  /** The next message, or null at the end. */
  public @Nullable T next() throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return codec.decode(bytes);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** File {@code part} of a set. */
  public static Path part(Path folder, String set, int part) {
    return folder.resolve(set + "-" + part);
  }

  /** Writes traffic as a set of files, each message into the one that {@code which} names. */
  public static void write(
      Traffic traffic, Path folder, String set, int parts, ToIntFunction<LiveEvent> which)
      throws IOException {
    List<Writer<ProfileMessage>> files = new ArrayList<>();
    try {
      for (int part = 0; part < parts; part++) {
        files.add(new Writer<>(part(folder, set, part), ProfileMessage.CODEC));
      }
      Traffic.Generator generator = traffic.generator();
      while (generator.hasNext()) {
        LiveEvent message = generator.next();
        files.get(which.applyAsInt(message)).add(message);
      }
    } finally {
      for (Writer<ProfileMessage> file : files) {
        file.close();
      }
    }
  }

  /**
   * Writes one file.
   *
   * @param <T> what is in it
   */
  public static final class Writer<T> implements AutoCloseable {
    private final DataOutputStream out;
    private final Codec<T> codec;

    /** Begins a file. */
    public Writer(Path file, Codec<T> codec) throws IOException {
      this.out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
      this.codec = codec;
    }

    /** Adds a message. */
    public void add(T message) throws IOException {
      byte[] bytes = codec.encode(message);
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
