package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.log.ClockKind;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardToHurtTest {
  private static final int HALF_OPEN = 1_000;
  private static final String CALL = "{\"userId\":\"u1\",\"event\":\"A\"}";

  private final RunningServer server;

  HardToHurtTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aThousandHalfOpenRequestsCostNoThreadAndLittleMemory() throws Exception {
    // 500 kB each would be half the heap of this test several times over.
    String head =
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 512000\r\n\r\n{\"batch\":[";
    List<Socket> slow = new ArrayList<>();
    long before = used();
    try {
      for (int i = 0; i < HALF_OPEN; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        slow.add(socket);
        String sent = i % 2 == 0 ? head : head.substring(0, 30);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
      }
      for (int i = 0; i < 50; i++) {
        HttpResponse<String> answer =
            server.send(
                server
                    .request("/v1/track", "web-key")
                    .timeout(Duration.ofSeconds(5))
                    .POST(BodyPublishers.ofString(CALL)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(
                server
                    .send(server.request("/nowhere", "").timeout(Duration.ofSeconds(5)).GET())
                    .statusCode())
            .isEqualTo(404);
      }
      assertThat(used() - before).isLessThan(100L << 20);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void aFloodOfHeadersIsCutOff() throws Exception {
    for (String headers :
        List.of("X-A: b\r\n".repeat(300), "X-A: " + "b".repeat(70_000) + "\r\n")) {
      String flood = "POST /v1/track HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
      try (RawConnection connection = new RawConnection(server.port())) {
        assertThat(connection.send(flood.getBytes(StandardCharsets.US_ASCII)).status())
            .isIn(0, 400, 413, 431);
      }
    }
    assertThat(server.post("/v1/track", "web-key", CALL).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatAsksFirstIsToldToGoOn() throws Exception {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/v1/batch", "web-key")
                .expectContinue(true)
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString("{\"batch\":[" + CALL + "]}")));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void aBodyThatComesInPiecesIsOneBody() throws Exception {
    String body = "{\"batch\":[" + (CALL + ",").repeat(2_000) + CALL + "]}";
    String head =
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic d2ViLWtleTo=\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    byte[] request = (head + body).getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      for (int at = 0; at < request.length; at += 997) {
        socket.getOutputStream().write(request, at, Math.min(997, request.length - at));
        socket.getOutputStream().flush();
      }
      byte[] answer = socket.getInputStream().readNBytes(15);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(server.calls()).hasSize(2_001);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
