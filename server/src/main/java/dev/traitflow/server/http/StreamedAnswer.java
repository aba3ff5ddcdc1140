package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/**
 * An answer of unknown size, written as it is made, on a thread of {@link LongRequests}. A reader
 * must keep a pace: one that takes a byte a minute would hold the thread, and the view of the store
 * it reads from, for ever.
 */
public final class StreamedAnswer extends OutputStream {
  private static final int BUFFER_BYTES = 1 << 15;
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Slower than the slowest line in use. */
  private static final long BYTES_PER_SECOND_MIN = 10_000;

  private final HttpServerExchange exchange;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private @Nullable StreamSinkChannel channel;
  private long waitedNanos;
  private long sent;
  private boolean closed;

  /** The answer of this exchange, whose status and headers are set. */
  public StreamedAnswer(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void write(int one) throws IOException {
    if (!buffer.hasRemaining()) {
      drain();
    }
    buffer.put((byte) one);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int at = 0; at < length; ) {
      if (!buffer.hasRemaining()) {
        drain();
      }
      int part = Math.min(length - at, buffer.remaining());
      buffer.put(bytes, offset + at, part);
      at += part;
    }
  }

  /** Writes the rest and ends the exchange. Without it the reader sees a broken answer. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    drain();
    // The last bytes may be under way still: the exchange flushes them without this thread.
    exchange.endExchange();
  }

  private void drain() throws IOException {
    buffer.flip();
    StreamSinkChannel to = channel();
    while (buffer.hasRemaining()) {
      int written = to.write(buffer);
      if (written == 0) {
        await(to);
      }
      sent += written;
    }
    buffer.clear();
  }

  private void await(StreamSinkChannel to) throws IOException {
    long allowed = GRACE_NANOS + TimeUnit.SECONDS.toNanos(sent / BYTES_PER_SECOND_MIN);
    long left = allowed - waitedNanos;
    if (left <= 0) {
      end();
      throw new IOException("answer: its reader took " + sent + " bytes and then too long");
    }
    long start = System.nanoTime();
    try {
      to.awaitWritable(Math.min(left, GRACE_NANOS), TimeUnit.NANOSECONDS);
    } catch (InterruptedIOException stopping) {
      end();
      throw stopping;
    }
    waitedNanos += System.nanoTime() - start;
  }

  private void end() {
    IoUtils.safeClose(exchange.getConnection());
  }

  private StreamSinkChannel channel() throws IOException {
    StreamSinkChannel known = channel;
    if (known == null) {
      known = exchange.getResponseChannel();
      if (known == null) {
        throw new IOException("answer: the response was started elsewhere");
      }
      channel = known;
    }
    return known;
  }
}
