package dev.traitflow.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Receives a body without holding a thread: a slow sender costs a buffer as large as what it has
 * sent, never what it announced, and only for so long.
 *
 * <p>A thousand half-open requests that each promise 500 kB and send a byte a minute take a
 * thousand small buffers, until their {@link RequestDeadline}.
 */
final class BodyReceiver {
  /** Together, bodies that are still coming may take this much. */
  private static final long INCOMING_BYTES_MAX = 64L << 20;

  private static final int FIRST_BYTES = 4_096;
  private static final AtomicLong INCOMING = new AtomicLong();

  private final HttpServerExchange exchange;
  private final int limit;
  private final Consumer<byte[]> whole;
  private final Consumer<HttpProblem> refused;
  private byte[] bytes;
  private int size;
  private long counted;

  private BodyReceiver(
      HttpServerExchange exchange,
      int limit,
      Consumer<byte[]> whole,
      Consumer<HttpProblem> refused) {
    this.exchange = exchange;
    this.limit = limit;
    this.whole = whole;
    this.refused = refused;
    long announced = exchange.getRequestContentLength();
    this.bytes = new byte[(int) Math.max(0, Math.min(announced, FIRST_BYTES))];
  }

  /**
   * Receives the body; to be called on the connection's own thread, which then calls exactly one of
   * the two, at once or later.
   *
   * @param limit greatest size in bytes as it comes, before it is inflated
   * @param whole gets the body
   * @param refused gets why there is none: it is too large, or too many are coming
   */
  static void receive(
      HttpServerExchange exchange,
      int limit,
      Consumer<byte[]> whole,
      Consumer<HttpProblem> refused) {
    if (exchange.getRequestContentLength() > limit) {
      refused.accept(RequestBody.tooLarge(limit));
      return;
    }
    BodyReceiver receiver = new BodyReceiver(exchange, limit, whole, refused);
    if (HttpContinue.requiresContinueResponse(exchange)) {
      receiver.askToContinue();
    } else {
      receiver.start();
    }
  }

  private void askToContinue() {
    HttpContinue.sendContinueResponse(
        exchange,
        new IoCallback() {
          @Override
          public void onComplete(HttpServerExchange same, Sender sender) {
            start();
          }

          @Override
          public void onException(HttpServerExchange same, Sender sender, IOException failure) {
            IoUtils.safeClose(exchange.getConnection());
          }
        });
  }

  private void start() {
    StreamSourceChannel channel = exchange.getRequestChannel();
    if (channel == null) {
      throw new IllegalStateException("body: was read already");
    }
    if (!read(channel)) {
      exchange.addExchangeCompleteListener(
          (ended, next) -> {
            release();
            next.proceed();
          });
      channel.getReadSetter().set(this::readMore);
      channel.resumeReads();
    }
  }

  private void readMore(StreamSourceChannel channel) {
    Connectors.executeRootHandler(ignored -> readRest(channel), exchange);
  }

  private void readRest(StreamSourceChannel channel) {
    if (!read(channel)) {
      channel.resumeReads();
    }
  }

  /** Reads what is there; true if that was the end and somebody was told. */
  private boolean read(StreamSourceChannel channel) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      ByteBuffer buffer = pooled.getBuffer();
      while (true) {
        buffer.clear();
        int read = channel.read(buffer);
        if (read == 0) {
          return !hasRoom();
        }
        if (read < 0) {
          end(channel);
          whole.accept(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
          return true;
        }
        if (size + read > limit) {
          end(channel);
          refused.accept(RequestBody.tooLarge(limit));
          return true;
        }
        buffer.flip();
        keep(buffer, read);
      }
    } catch (IOException gone) {
      end(channel);
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
      return true;
    }
  }

  private void keep(ByteBuffer buffer, int count) {
    if (size + count > bytes.length) {
      long wanted = Math.max(size + count, Math.min(limit, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, (int) wanted);
    }
    buffer.get(bytes, size, count);
    size += count;
  }

  /** Counts what is held while more is awaited; false if that was too much and it was refused. */
  private boolean hasRoom() {
    long more = bytes.length - counted;
    counted = bytes.length;
    if (INCOMING.addAndGet(more) <= INCOMING_BYTES_MAX) {
      return true;
    }
    release();
    refused.accept(
        HttpProblem.tryLater("Too many large requests are coming in slowly: try again later."));
    return false;
  }

  private void end(StreamSourceChannel channel) {
    channel.getReadSetter().set(null);
    channel.suspendReads();
    release();
  }

  private void release() {
    INCOMING.addAndGet(-counted);
    counted = 0;
  }
}
