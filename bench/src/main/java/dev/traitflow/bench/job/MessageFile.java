package dev.traitflow.bench.job;

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

/** Messages in a file, made before the clock starts and read by each opponent in the same way. */
public final class MessageFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DataInputStream in;

  private MessageFile(DataInputStream in) {
    this.in = in;
  }

  /** Opens a file that {@link #write} made. */
  public static MessageFile open(Path file) throws IOException {
    return new MessageFile(
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)));
  }

  /** The next message, or null at the end. */
  public @Nullable ProfileMessage next() throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ProfileMessage.CODEC.decode(bytes);
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
      Traffic traffic, Path folder, String set, int parts, ToIntFunction<ProfileMessage> which)
      throws IOException {
    List<DataOutputStream> files = new ArrayList<>();
    try {
      for (int part = 0; part < parts; part++) {
        files.add(
            new DataOutputStream(
                new BufferedOutputStream(
                    Files.newOutputStream(part(folder, set, part)), BUFFER_BYTES)));
      }
      Traffic.Generator generator = traffic.generator();
      while (generator.hasNext()) {
        ProfileMessage message = generator.next();
        byte[] bytes = ProfileMessage.CODEC.encode(message);
        DataOutputStream file = files.get(which.applyAsInt(message));
        file.writeInt(bytes.length);
        file.write(bytes);
      }
    } finally {
      for (DataOutputStream file : files) {
        file.close();
      }
    }
  }
}
