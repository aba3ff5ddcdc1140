package dev.traitflow.server.tracking;

import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.RequestBody;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a chunk, one at a time, inflated under way: a chunk of 63 kB may become 64 MB, of
 * which only one line is ever held.
 *
 * <p>A line ends at {@code \n} and nowhere else, an {@code \r} before it is dropped. Of a line that
 * is far too long only the first bytes are kept: the job must still find it too large.
 */
public final class ReplayLines implements AutoCloseable {
  private static final int LINE_BYTES_MAX = 1_000_000;
  private static final int CUT_BYTES = 33 << 10;
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final int bytesMax;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
  private long read;

  private ReplayLines(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /**
   * Opens a chunk.
   *
   * @param chunk the chunk as it came
   * @param gzip true if it came as gzip
   * @param bytesMax greatest inflated size in bytes; no more is ever inflated
   * @throws HttpProblem 400 if it is no gzip
   */
  static ReplayLines open(byte[] chunk, boolean gzip, int bytesMax) {
    InputStream bytes = new ByteArrayInputStream(chunk);
    try {
      InputStream plain = gzip ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
      return new ReplayLines(new BufferedInputStream(plain, BUFFER_BYTES), bytesMax);
    } catch (IOException broken) {
      throw RequestBody.notGzip();
    }
  }

  /**
   * The next line, null behind the last.
   *
   * @throws HttpProblem 400 if the chunk is too large, or no gzip
   */
  byte @Nullable [] next() {
    line.reset();
    long length = 0;
    int last = -1;
    while (true) {
      int one = read();
      if (one < 0 && length == 0) {
        return null;
      }
      if (one < 0 || one == '\n') {
        break;
      }
      if (length <= LINE_BYTES_MAX) {
        line.write(one);
      }
      length++;
      last = one;
    }
    long kept = last == '\r' ? length - 1 : length;
    byte[] bytes = line.toByteArray();
    int size = kept > LINE_BYTES_MAX ? CUT_BYTES : (int) kept;
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private int read() {
    try {
      int one = in.read();
      if (one >= 0 && ++read > bytesMax) {
        throw RequestBody.tooLarge(bytesMax);
      }
      return one;
    } catch (IOException broken) {
      throw RequestBody.notGzip();
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException("chunk: bytes on the heap", impossible);
    }
  }
}
