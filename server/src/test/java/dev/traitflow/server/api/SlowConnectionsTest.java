package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that send, or read, nothing or next to nothing: the others must not notice. */
class SlowConnectionsTest {
  private static final String ADMIN = "Bearer adm";
  private static final String READER = basic("dev-token");
  private static final String SOURCE = basic("web-key");
  private static final String WRONG = "Bearer wrong";

  /** Every route with a body, and who may use it. */
  private static final List<List<String>> ROUTES =
      List.of(
          List.of("POST /v1/track", SOURCE),
          List.of("POST /v1/batch", SOURCE),
          List.of("POST /v1/import", SOURCE),
          List.of("POST /v1/replay?origin=abc", SOURCE),
          List.of("POST /v1/replay/flush", SOURCE),
          List.of("POST /v1/spaces/spa/collections/users/profiles:batch", READER),
          List.of("POST /v1/spaces/spa/collections/users/profiles/bulk", READER),
          List.of(
              "POST /v1/spaces/spa/collections/users/profiles/user_id:u1/external_ids/delete",
              READER),
          List.of("POST /v1/nowhere", ""),
          List.of("POST /nowhere", ""),
          List.of("POST /admin/clock", ADMIN),
          List.of("POST /admin/flush", ADMIN),
          List.of("POST /admin/spaces", ADMIN),
          List.of("POST /admin/spaces/plan", ADMIN),
          List.of("POST /admin/train?space=spa", ADMIN),
          List.of("POST /admin/capture/dest", ADMIN),
          List.of("POST /config/sources", ADMIN),
          List.of("PATCH /config/sources/web", ADMIN),
          List.of("POST /config/spaces", ADMIN),
          List.of("POST /config/spaces/spa/traits", ADMIN),
          List.of("POST /config/spaces/spa/traits/preview", ADMIN),
          List.of("POST /config/spaces/spa/traits/plan", ADMIN),
          List.of("PATCH /config/spaces/spa/traits/none", ADMIN),
          List.of("POST /config/spaces/spa/audiences", ADMIN),
          List.of("POST /config/spaces/spa/destinations", ADMIN),
          List.of("PUT /config/spaces/spa/identity", ADMIN),
          List.of("POST /config/spaces/spa/identity/dry-run", ADMIN),
          List.of("POST /config/spaces/spa/merges", ADMIN),
          List.of("POST /config/spaces/spa/merges/m/undo", ADMIN),
          List.of("DELETE /config/spaces/spa/profiles/p", ADMIN),
          List.of("POST /config/spaces/spa/predictions", ADMIN));

  private final RunningServer server;
  private final List<Socket> slow = new ArrayList<>();

  SlowConnectionsTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.TEST);
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : slow) {
      socket.close();
    }
    server.close();
  }

  @Test
  void bodiesThatNeverComeHoldNobodyUp() throws Exception {
    for (List<String> route : ROUTES) {
      for (String credentials : List.of(route.get(1), WRONG, "")) {
        open(route.get(0), credentials, "Content-Length: 500\r\n");
        open(route.get(0), credentials, "Transfer-Encoding: chunked\r\n");
      }
    }
    assertThat(slow).hasSizeGreaterThan(64);

    othersAreAnswered();
  }

  @Test
  void whoMayNotSendIsRefusedBeforeTheBodyAndTheConnectionEnds() throws Exception {
    Map<String, Socket> refused = new HashMap<>();
    for (List<String> route : ROUTES) {
      if (!route.get(0).matches("POST /v1/(batch|import|track)")) { // Their key may be in the body.
        refused.put(route.get(0), open(route.get(0), WRONG, "Content-Length: 500\r\n"));
      }
    }
    for (Map.Entry<String, Socket> each : refused.entrySet()) {
      each.getValue().setSoTimeout(10_000);
      // The end of the stream, too: read to it.
      byte[] answer = each.getValue().getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.US_ASCII))
          .as(each.getKey())
          .matches("(?s)HTTP/1.1 40[134] .*");
    }
  }

  @Test
  void aBodyThatIsRefusedForItsSizeAndDoesNotComeEndsTheConnection() throws Exception {
    Socket socket = open("POST /v1/track", SOURCE, "Content-Length: 40000\r\n");
    socket.setSoTimeout(20_000);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("larger than");
  }

  /** Were the connection closed on what still comes, a reset would take the refusal with it. */
  @Test
  void whoIsRefusedForTheSizeOfABodyMaySendItAllTheSame() throws Exception {
    String body = "y".repeat(4_000_000);
    for (String route : List.of("POST /config/spaces/spa/traits", "POST /v1/track")) {
      String credentials = route.contains("track") ? SOURCE : ADMIN;
      Socket socket = open(route, credentials, "Content-Length: " + body.length() + "\r\n");
      socket.setSoTimeout(20_000);
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(13), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 400 ");

      socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      String next = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(next.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
          .contains("larger than", "HTTP/1.1 200 ");
    }
  }

  @Test
  void whoWantsTheConnectionClosedMaySendARefusedBodyToo() throws Exception {
    byte[] body = "y".repeat(4_000_000).getBytes(StandardCharsets.US_ASCII);
    Socket socket =
        open(
            "POST /v1/track",
            SOURCE,
            "Connection: close\r\nContent-Length: " + body.length + "\r\n");
    socket.setSoTimeout(20_000);
    InputStream in = socket.getInputStream();
    assertThat(new String(in.readNBytes(13), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400 ");

    socket.getOutputStream().write(body);
    assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).contains("larger than");
  }

  @Test
  void whoWasNotAskedToContinueIsRefusedAtOnce() throws Exception {
    Socket socket =
        open("POST /v1/track", SOURCE, "Content-Length: 4000000\r\nExpect: 100-continue\r\n");
    socket.setSoTimeout(20_000);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("larger than");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("\r\nconnection: close\r\n");
  }

  @Test
  void theBodyOfAGetIsNotTheNextRequest() throws Exception {
    String smuggled = "GET /admin/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
    Socket socket =
        open("GET /config/spaces", ADMIN, "Content-Length: " + smuggled.length() + "\r\n");
    socket.getOutputStream().write(smuggled.getBytes(StandardCharsets.US_ASCII));
    socket.shutdownOutput();
    socket.setSoTimeout(5_000);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(answer).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
  }

  /** Closed on a body that nobody read, the connection would be reset before all was received. */
  @Test
  void aLongAnswerToAGetWithABodyComesWhole() throws Exception {
    for (int i = 0; i < 50; i++) {
      Socket socket = open("GET /openapi.json", "", "Connection: close\r\nContent-Length: 5\r\n");
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write("{ }  ".getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5_000);
      byte[] answer = socket.getInputStream().readAllBytes();

      assertThat(answer).hasSizeGreaterThan(100_000);
      assertThat((char) answer[answer.length - 1]).isEqualTo('}');
    }
  }

  @Test
  void whoWaitsForAFlushHoldsNobodyUpAndOnlySoManyMayWait() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      waiting.add(
          server.later(
              server
                  .request("/admin/flush?timeout=4", "")
                  .header("Authorization", ADMIN)
                  .POST(BodyPublishers.noBody())));
    }
    othersAreAnswered();
    int refused = 0;
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      HttpResponse<String> answer = one.get();
      assertThat(answer.statusCode()).isIn(503, 504);
      if (answer.statusCode() == 503) {
        refused++;
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void answersThatAreNotReadHoldNobodyUp() throws Exception {
    // Some 20 MB each: more than the system keeps between the two.
    String value = '"' + "x".repeat(20_000) + '"';
    for (int profile = 0; profile < 1_000; profile++) {
      String id = "use_" + profile;
      server.topics.mapped("user_id", "p" + profile, id, profile + 1);
      server.topics.value(id, "long", value, 1);
    }
    server.topics.folded(0, 1, 5_000).applied();
    for (int i = 0; i < 32; i++) {
      read("GET /admin/export?space=spa", ADMIN);
      read("GET /v1/spaces/spa/collections/users/profiles/user_id:p1/traits", READER);
    }
    // The first has begun, the last are refused.
    assertThat(startOf(slow.get(0))).startsWith("HTTP/1.1 200 ");
    assertThat(startOf(slow.get(62))).startsWith("HTTP/1.1 503 ");

    othersAreAnswered();
  }

  @Test
  void noMoreThanTheLimitWatchLiveHoweverManyComeAtOnce() throws Exception {
    int readers = 300;
    ExecutorService clients = Executors.newFixedThreadPool(30);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      Socket socket = connect();
      answers.add(
          clients.submit(
              () -> {
                start.await();
                socket
                    .getOutputStream()
                    .write(head("GET /config/sources/web/debugger/live", ADMIN, ""));
                return startOf(socket);
              }));
    }
    start.countDown();
    int accepted = 0;
    for (Future<String> answer : answers) {
      assertThat(answer.get()).startsWith("HTTP/1.1 ");
      accepted += answer.get().startsWith("HTTP/1.1 200") ? 1 : 0;
    }
    clients.shutdownNow();
    assertThat(accepted).isEqualTo(100);

    // Who leaves makes room, noticed by the next message.
    for (Socket socket : slow) {
      socket.close();
    }
    String last = "";
    long end = System.nanoTime() + 20_000_000_000L;
    for (int n = 0; !last.startsWith("HTTP/1.1 200") && System.nanoTime() < end; n++) {
      byte[] call = "{\"userId\":\"u\",\"event\":\"A\"}".getBytes(StandardCharsets.US_ASCII);
      server.debugger.arrived(n, LogRecord.call("spa", 0, "web", "m" + n, "track", call));
      try (Socket socket = connect()) {
        socket.getOutputStream().write(head("GET /config/sources/web/debugger/live", ADMIN, ""));
        last = startOf(socket);
      }
    }
    assertThat(last).startsWith("HTTP/1.1 200");
  }

  private void othersAreAnswered() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(status("/config/spaces", ADMIN)).isEqualTo(200);
      assertThat(status("/v1/spaces/spa/collections/users/profiles/user_id:u/traits", READER))
          .isEqualTo(404);
      assertThat(status("/admin/status", ADMIN)).isEqualTo(200);
      assertThat(server.post("/v1/track", "web-key", "{\"userId\":\"u\",\"event\":\"A\"}"))
          .extracting(HttpResponse::statusCode)
          .isEqualTo(200);
    }
    assertThat(server.calls()).extracting(LogRecord::kind).isNotEmpty();
  }

  private int status(String path, String credentials) throws Exception {
    try {
      return server
          .send(
              server
                  .request(path, "")
                  .header("Authorization", credentials)
                  .timeout(Duration.ofSeconds(3))
                  .GET())
          .statusCode();
    } catch (HttpTimeoutException hangs) {
      throw new AssertionError(path + " is not answered in 3 s", hangs);
    }
  }

  private Socket open(String route, String credentials, String more) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(head(route, credentials, more));
    return socket;
  }

  /** Asks, and reads little or nothing of the answer. */
  private void read(String route, String credentials) throws IOException {
    Socket socket = new Socket();
    slow.add(socket);
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.getOutputStream().write(head(route, credentials, ""));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    slow.add(socket);
    return socket;
  }

  private static byte[] head(String route, String credentials, String more) {
    String authorization = credentials.isEmpty() ? "" : "Authorization: " + credentials + "\r\n";
    String head = route + " HTTP/1.1\r\nHost: localhost\r\n" + authorization + more + "\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  private static String startOf(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    return new String(socket.getInputStream().readNBytes(13), StandardCharsets.US_ASCII);
  }

  private static String basic(String user) {
    return "Basic "
        + Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
  }
}
