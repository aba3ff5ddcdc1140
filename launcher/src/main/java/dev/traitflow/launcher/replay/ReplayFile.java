package dev.traitflow.launcher.replay;

import dev.traitflow.launcher.runtime.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * A file of tracking calls, one a line, plain or compressed by gzip.
 *
 * <p>Its origin, the SHA-256 of its decompressed bytes, names the content whatever the file is
 * called and however it is packed; with the number of a line it is the identity of a call that
 * brings none.
 */
public final class ReplayFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final boolean compressed;
  private final long sizeBytes;

  private ReplayFile(Path path, boolean compressed, long sizeBytes) {
    this.path = path;
    this.compressed = compressed;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Looks at a file; whether it is compressed is read from its first bytes, not its name.
   *
   * @throws Failure if it cannot be read
   */
  public static ReplayFile of(Path path) {
    try (InputStream input = Files.newInputStream(path)) {
      boolean compressed = input.read() == 0x1f && input.read() == 0x8b;
      return new ReplayFile(path, compressed, Files.size(path));
    } catch (IOException e) {
      throw new Failure(path + ": cannot be read (expected a file of NDJSON, plain or .gz)", e);
    }
  }

  /** Size on disk in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** SHA-256 of the decompressed content in lower-case hex. Reads the whole file. */
  public String origin() {
    try (InputStream input = open(new AtomicLong())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new Failure(path + ": cannot be read to its end: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Opens the decompressed content.
   *
   * @param position is set to the bytes read from disk so far, for showing progress
   */
  InputStream open(AtomicLong position) throws IOException {
    InputStream counted = new CountedInput(Files.newInputStream(path), position);
    return compressed
        ? new GZIPInputStream(counted, BUFFER_BYTES)
        : new BufferedInputStream(counted, BUFFER_BYTES);
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Counts what is read through it in blocks. */
  private static final class CountedInput extends InputStream {
    private final InputStream input;
    private final AtomicLong position;

    CountedInput(InputStream input, AtomicLong position) {
      this.input = input;
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      int value = input.read();
      if (value >= 0) {
        position.incrementAndGet();
      }
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = input.read(buffer, offset, length);
      if (count > 0) {
        position.addAndGet(count);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }
}
