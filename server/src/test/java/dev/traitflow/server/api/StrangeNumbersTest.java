package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.log.ClockKind;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers in headers and parameters that no client means. */
class StrangeNumbersTest {
  private static final String CALL = "{\"userId\":\"u1\",\"event\":\"A\"}";

  private static final String TENTHS = "1".repeat(20_000);

  private static final List<String> NUMBERS =
      List.of(
          "-5", "-0", "+5", "1e3", "0x5", "5.0", "NaN", "99999999999999999999", "", "%20", "5,5");

  private final RunningServer server;

  StrangeNumbersTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.TEST);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aChunkOfANegativeSizeIsABadRequest() throws Exception {
    for (String route : List.of("POST /v1/track", "POST /config/sources", "POST /v1/nowhere")) {
      for (String size :
          List.of("-5", "-1", "g", " ", "", "+5", "0x5", "FFFFFFFFFFFFFFFB", "80000000000000000")) {
        String body = size + "\r\n" + CALL + "\r\n0\r\n\r\n";
        assertThat(answer(route, "Transfer-Encoding: chunked\r\n", body))
            .as(route + " with a chunk of " + size)
            .startsWith("HTTP/1.1 40")
            .doesNotContain("xnio", "undertow");
      }
    }
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void aLengthThatIsNoneIsABadRequest() throws Exception {
    for (String length : List.of("-5", "-1", "+5", "five", "0x10", "99999999999999999999", "5,5")) {
      assertThat(answer("POST /v1/track", "Content-Length: " + length + "\r\n", CALL))
          .as("a length of " + length)
          .startsWith("HTTP/1.1 400 ")
          .doesNotContain("xnio", "undertow");
    }
    assertThat(
            answer(
                "POST /v1/track",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void aNumberBeyondTheLimitsOfValuesIsRefusedInADefinition() throws Exception {
    for (String number :
        List.of("1e401", "1E+1000", "-1e-99999", "1e99999999999", "9".repeat(401), "1." + TENTHS)) {
      HttpResponse<String> answer =
          server.admin(
              "POST",
              "/config/spaces/spa/traits",
              "{\"key\":\"k\",\"type\":\"event_counter\",\"event\":\"E\",\"conditions\":{\"all\":"
                  + "[{\"property\":\"p\",\"op\":\"equals\",\"value\":"
                  + number
                  + "}]}}");
      assertThat(answer.statusCode()).as(number).isEqualTo(400);
      assertThat(answer.body())
          .contains("got the number ", "400 digits", "line 1, column ")
          .hasSizeLessThan(300);
    }
  }

  @Test
  void aParameterThatIsNoNumberIsABadRequest() throws Exception {
    for (String route :
        List.of(
            "GET /v1/spaces/spa/collections/users/profiles/user_id:u/traits?limit=",
            "GET /v1/spaces/spa/collections/users/profiles/user_id:u/events?limit=",
            "GET /v1/spaces/spa/collections/users/profiles/user_id:u/external_ids?limit=",
            "GET /admin/rejected?limit=",
            "GET /config/sources/web/debugger?limit=",
            "GET /config/sources/web/debugger?after=",
            "GET /config/spaces/spa/debugger?limit=",
            "GET /config/spaces/spa/insights?limit=",
            "GET /config/spaces/spa/merges?limit=",
            "POST /admin/flush?timeout=",
            "POST /v1/replay/flush?timeout=",
            "POST /v1/replay?origin=a&first=")) {
      for (String number : NUMBERS) {
        String answer = answer(route + number, "Content-Length: 0\r\n", "");
        if (!number.matches("|%20|[+]5|-0") || answer.startsWith("HTTP/1.1 5")) {
          assertThat(answer).as(route + number).matches("(?s)HTTP/1.1 40[04] .*");
        }
      }
    }
  }

  private String answer(String route, String headers, String body) throws Exception {
    String credentials =
        route.contains("/v1/spaces")
            ? basic("dev-token")
            : route.contains("/v1/") ? basic("web-key") : "Bearer adm";
    String request =
        route
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: "
            + credentials
            + "\r\n"
            + headers
            + "\r\n"
            + body;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static String basic(String user) {
    return "Basic "
        + Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
  }
}
