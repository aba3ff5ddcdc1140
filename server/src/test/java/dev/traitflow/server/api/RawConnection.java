package dev.traitflow.server.api;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A client that sends any bytes and reads answers; it opens a socket anew when one was closed. */
final class RawConnection implements AutoCloseable {
  /** No answer in this time is a hang. */
  private static final int PATIENCE_MILLIS = 20_000;

  private final int port;
  private Socket socket;
  private InputStream in;

  /** An answer; status 0 if the connection was closed without one. */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    static final Answer CLOSED = new Answer(0, Map.of(), new byte[0]);

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  RawConnection(int port) throws IOException {
    this.port = port;
    socket = new Socket();
    in = InputStream.nullInputStream();
    socket.close();
  }

  /** Sends a request and reads its answer. A time-out is thrown: nothing may hang. */
  Answer send(byte[] request) throws IOException {
    if (socket.isClosed()) {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
    }
    // A server may refuse while the request still comes in, so that reading must not wait.
    AtomicReference<IOException> failure = new AtomicReference<>();
    Thread writer = null;
    if (request.length > 32_768) {
      writer = new Thread(() -> write(request, failure));
      writer.start();
    } else {
      write(request, failure);
    }
    try {
      Answer answer = read();
      if (writer != null) {
        join(writer);
      }
      if ("close".equalsIgnoreCase(answer.headers.get("connection"))) {
        socket.close();
      }
      return answer;
    } catch (EOFException | SocketException closed) {
      socket.close();
      return Answer.CLOSED;
    }
  }

  private void write(byte[] request, AtomicReference<IOException> failure) {
    try {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
    } catch (IOException closed) {
      failure.set(closed); // The answer, or the end of the stream, tells.
    }
  }

  private Answer read() throws IOException {
    String status = line();
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int code = Integer.parseInt(status.split(" ")[1]);
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("an answer ended early");
    }
    return new Answer(code, headers, body);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private static void join(Thread thread) {
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
