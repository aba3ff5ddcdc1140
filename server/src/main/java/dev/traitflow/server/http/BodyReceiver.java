package dev.traitflow.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
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
public final class BodyReceiver {
  /** Longer sizes of chunks are above any limit of a body. */
  private static final int CHUNK_DIGITS_MAX = 8;

  private static final int FIRST_BYTES = 4_096;

  private final HttpServerExchange exchange;
  private final Room room;
  private final int limit;
  private final Consumer<byte[]> whole;
  private final Consumer<HttpProblem> refused;
  private byte[] bytes;
  private int size;
  private long counted;

  /**
   * What bodies that are still coming may take together. Whoever knows a website's key can fill the
   * room of calls, and nothing else.
   */
  @SuppressWarnings("ImmutableEnumChecker") // there is one room of each kind in a process
  public enum Room {
    /** Of calls, from anybody. */
    CALLS(64L << 20),
    /** Of those who showed a token. */
    REQUESTS(192L << 20);

    private final long bytesMax;
    private final AtomicLong incoming = new AtomicLong();

    Room(long bytesMax) {
      this.bytesMax = bytesMax;
    }
  }

  private BodyReceiver(
      HttpServerExchange exchange,
      Room room,
      int limit,
      Consumer<byte[]> whole,
      Consumer<HttpProblem> refused) {
    this.exchange = exchange;
    this.room = room;
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
   * @param room where it is counted
   * @param limit greatest size in bytes as it comes, before it is inflated
   * @param whole gets the body
   * @param refused gets why there is none: it is too large, or too many are coming
   */
  public static void receive(
      HttpServerExchange exchange,
      Room room,
      int limit,
      Consumer<byte[]> whole,
      Consumer<HttpProblem> refused) {
    if (exchange.getRequestContentLength() > limit) {
      refused.accept(RequestBody.tooLarge(limit));
      return;
    }
    if (hasBadChunk(exchange)) {
      exchange.setPersistent(false);
      refused.accept(
          RequestBody.badRequest(
              "The body's first chunk has no size (expected up to "
                  + CHUNK_DIGITS_MAX
                  + " hexadecimal digits)."));
      return;
    }
    BodyReceiver receiver = new BodyReceiver(exchange, room, limit, whole, refused);
    if (HttpContinue.requiresContinueResponse(exchange)) {
      receiver.askToContinue();
    } else {
      receiver.start();
    }
  }

  /**
   * True if the body is chunked and what came of it together with the headers does not begin with a
   * size. The listener would take {@code -5} for the end of the body, and close the connection
   * without an answer for what follows.
   */
  private static boolean hasBadChunk(HttpServerExchange exchange) {
    if (!exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)
        || !(exchange.getConnection() instanceof HttpServerConnection connection)) {
      return false;
    }
    PooledByteBuffer came = connection.getExtraBytes();
    if (came == null || !came.isOpen()) {
      return false;
    }
    ByteBuffer bytes = came.getBuffer().duplicate();
    for (int digits = 0; bytes.hasRemaining(); digits++) {
      char next = (char) bytes.get();
      if (Character.digit(next, 16) < 0) {
        return digits == 0 || "; \t\r\n".indexOf(next) < 0;
      }
      if (digits == CHUNK_DIGITS_MAX) {
        return true;
      }
    }
    return false;
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
    } catch (IOException | RuntimeException goneOrNoHttp) {
      // A chunk with an impossible size is an IllegalArgumentException of the listener's.
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
    if (room.incoming.addAndGet(more) <= room.bytesMax) {
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
    room.incoming.addAndGet(-counted);
    counted = 0;
  }
}
