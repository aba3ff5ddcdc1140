package dev.traitflow.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A kept HTTP/1.1 connection that sends one request at a time and reads answers with a length. */
final class Connection implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 256 << 10;
  private static final String LENGTH = "\r\ncontent-length:";

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(ANSWER_BYTES_MAX);
  private @Nullable ByteBuffer out;
  private long since;
  private int status;

  /** Bytes of the answer, head and body; 0 while the head is not complete. */
  private int answerBytes;

  private Connection(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Opens a connection whose events come to the selector with it as their attachment. */
  static Connection open(InetSocketAddress server, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return new Connection(channel, selector);
  }

  /**
   * Sends a request.
   *
   * @param since the instant its latency counts from, of {@link System#nanoTime}
   */
  void send(ByteBuffer request, long since) throws IOException {
    this.since = since;
    this.out = request;
    in.clear();
    answerBytes = 0;
    write();
  }

  /** Goes on with what the selector says can be done; true if the answer is complete. */
  boolean advance(SelectionKey selected) throws IOException {
    if (selected.isWritable()) {
      write();
    }
    if (!selected.isReadable()) {
      return false;
    }
    if (channel.read(in) < 0) {
      throw new EOFException("server: closed the connection (expected an answer)");
    }
    if (answerBytes == 0) {
      readHead();
    }
    return answerBytes > 0 && in.position() >= answerBytes;
  }

  /** Status of the last answer. */
  int status() {
    return status;
  }

  /** The instant the latency of the last request counts from. */
  long since() {
    return since;
  }

  /** The body of the last answer. */
  String body() {
    String all = new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
    return all.substring(all.indexOf("\r\n\r\n") + 4);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write() throws IOException {
    ByteBuffer rest = Objects.requireNonNull(out, "nothing to send");
    channel.write(rest);
    key.interestOps(
        rest.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private void readHead() {
    byte[] bytes = in.array();
    int headEnd = -1;
    for (int i = 3; i < in.position() && headEnd < 0; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        headEnd = i + 1;
      }
    }
    if (headEnd < 0) {
      return;
    }
    String head =
        new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    status = Integer.parseInt(head.substring(9, 12));
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      throw new IllegalStateException("answer: got no length (expected one): " + head);
    }
    int from = at + LENGTH.length();
    int length = Integer.parseInt(head.substring(from, head.indexOf('\r', from)).trim());
    answerBytes = headEnd + length;
  }
}
