package dev.traitflow.launcher.runtime;

import dev.traitflow.server.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a data directory, held by one process at a time.
 *
 * <p>It is a lock of the operating system on {@code DIR/lock}, so it ends with the process however
 * that ends; the text inside the file only says who holds it.
 */
public final class DataLock implements AutoCloseable {
  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, making the directory if need be.
   *
   * @param holder who takes it, for the message others get: for example {@code up}
   * @throws Failure if another process holds it, or the directory cannot be written
   */
  public static DataLock acquire(Path data, String holder) {
    Path file = file(data);
    try {
      makePrivate(data);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new Failure(
            "data directory "
                + data.toAbsolutePath().normalize()
                + ": is held by "
                + Files.readString(file).strip()
                + " (expected no other process; end that one, or reach it with --connect)");
      }
      channel.truncate(0);
      String text = "process " + ProcessHandle.current().pid() + " (" + holder + ")\n";
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      return new DataLock(channel);
    } catch (IOException e) {
      throw new Failure("data directory " + data + ": cannot be locked: " + e.getMessage(), e);
    }
  }

  /**
   * Makes the directory, or closes one to others that an earlier version left open. One that is in
   * use for something else is left as it is.
   */
  private static void makePrivate(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      PrivateFiles.createDirectories(data);
    } else if ((Files.exists(file(data)) || isEmpty(data)) && Files.isWritable(data)) {
      PrivateFiles.restrict(data);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }

  /** Whether some process, this one included, holds the directory now. */
  public static boolean isHeld(Path data) {
    if (!Files.exists(file(data))) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(file(data), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return tryLock(channel) == null;
    } catch (IOException e) {
      throw new Failure("data directory " + data + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Gives the directory back. A second call does nothing. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new Failure("data directory: its lock cannot be given back: " + e.getMessage(), e);
    }
  }

  /** The lock, or null if this or another process holds it. */
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Path file(Path data) {
    return data.resolve("lock");
  }
}
