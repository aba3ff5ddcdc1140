package dev.traitflow.bench.load;

import io.undertow.Undertow;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The opponent: the product's HTTP library with the library's own settings, which reads a request
 * whole and answers 200 with constant JSON on the thread that read it. What it does not do is the
 * product's work.
 */
public final class BareServer {
  private BareServer() {}

  /** Serves an answer of so many bytes until the process is ended; prints its address. */
  public static void main(String[] arguments) {
    int bytes = Integer.parseInt(arguments[0]);
    String success = "{\"success\":true}";
    String padded =
        bytes <= success.length()
            ? success
            : "{\"traits\":\"" + "x".repeat(bytes - "{\"traits\":\"\"}".length()) + "\"}";
    byte[] answer = padded.getBytes(StandardCharsets.UTF_8);
    Undertow server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(
                exchange ->
                    exchange
                        .getRequestReceiver()
                        .receiveFullBytes(
                            (whole, body) -> {
                              whole
                                  .getResponseHeaders()
                                  .put(Headers.CONTENT_TYPE, "application/json");
                              whole.getResponseSender().send(ByteBuffer.wrap(answer));
                            }))
            .build();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    System.out.println("ready http://127.0.0.1:" + port);
  }
}
