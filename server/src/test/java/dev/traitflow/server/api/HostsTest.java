package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.log.ClockKind;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose name a request is sent to, and what caches may keep of the answer. */
class HostsTest {
  private static final String SETTINGS = "GET /v1/projects/web-key/settings";
  private final Path directory;

  HostsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void aRequestToTheNameOfAStrangerIsMisdirectedOnEveryRoute() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (String route :
          List.of(
              SETTINGS,
              "POST /v1/track",
              "OPTIONS /v1/track",
              "GET /v1/pixel/track?data=e30=",
              "POST /v1/replay?origin=a",
              "GET /v1/spaces/spa/collections/users/profiles/user_id:u/traits",
              "GET /admin/status",
              "GET /config/spaces",
              "POST /config/spaces",
              "GET /openapi.yaml",
              "GET /")) {
        for (String host :
            List.of(
                "evil.example",
                "evil.example:" + server.port(),
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.1.2.3",
                "2130706433",
                "0x7f.1",
                "[2001:db8::1]",
                "web-key@evil.example",
                "")) {
          assertThat(answer(server, route, "Host: " + host + "\r\n"))
              .as(route + " at " + host)
              .matches("(?s)HTTP/1.1 4(21|00) .*")
              .doesNotContain("apiHost");
        }
      }
      assertThat(server.calls()).isEmpty();
    }
  }

  @Test
  void theServersOwnAddressesAreItsOwn() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (String host :
          List.of("localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.0.0.2", "[::1]")) {
        for (String port : List.of("", ":8080", ":" + server.port())) {
          assertThat(answer(server, SETTINGS, "Host: " + host + port + "\r\n"))
              .startsWith("HTTP/1.1 200 ");
        }
      }
      assertThat(answer(server, SETTINGS, "")).startsWith("HTTP/1.1 400 ");
      assertThat(answer(server, SETTINGS, "Host: localhost\r\nHost: evil.example\r\n"))
          .startsWith("HTTP/1.1 400 ");
      String absolute = SETTINGS.replace("/v1/", "http://evil.example/v1/");
      assertThat(answer(server, absolute, "Host: localhost\r\n")).startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void withoutAPublicAddressNoSharedCacheKeepsTheSettings() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      String answer = answer(server, SETTINGS, "Host: localhost\r\nX-Forwarded-Proto: https\r\n");

      assertThat(answer)
          .contains("\"protocol\":\"https\"", "\"apiHost\":\"localhost/v1\"")
          .contains("Cache-Control: private", "Vary: Host, X-Forwarded-Proto")
          .doesNotContain("public");
    }
  }

  @Test
  void aPublicAddressIsTheAnswerToAllOfItsNames() throws Exception {
    ServerNames names =
        new ServerNames(
            URI.create("https://events.example.com/t/"), List.of("traitflow", "Probe.Local"));
    try (RunningServer server =
        new RunningServer(directory, ClockKind.WALL, RunningServer.SPACE, names)) {
      for (String host :
          List.of("events.example.com", "traitflow:80", "probe.local", "127.0.0.1")) {
        assertThat(answer(server, SETTINGS, "Host: " + host + "\r\nX-Forwarded-Proto: http\r\n"))
            .startsWith("HTTP/1.1 200 ")
            .contains(
                "\"protocol\":\"https\"",
                "\"apiHost\":\"events.example.com/t/v1\"",
                "Cache-Control: public");
      }
      assertThat(answer(server, SETTINGS, "Host: evil.example\r\n")).startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void theNamesComeFromTheCommandLineElseFromTheEnvironment() {
    Map<String, String> environment =
        Map.of("TRAITFLOW_PUBLIC_URL", "https://a.example", "TRAITFLOW_HOSTS", "b, c ,");

    assertThat(ServerNames.of(null, environment::get))
        .isEqualTo(new ServerNames(URI.create("https://a.example"), List.of("b", "c")));
    assertThat(ServerNames.of(URI.create("http://d.example"), environment::get).publicUrl())
        .isEqualTo(URI.create("http://d.example"));
    assertThat(ServerNames.of(null, name -> null)).isEqualTo(ServerNames.NONE);
    for (String bad : List.of("a.example", "ftp://a.example", "https:///x", "/x")) {
      assertThatThrownBy(() -> ServerNames.of(URI.create(bad), name -> null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("https://");
    }
  }

  private static String answer(RunningServer server, String route, String headers)
      throws Exception {
    String request =
        route
            + " HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer adm\r\n"
            + headers
            + (route.startsWith("POST") ? "Content-Length: 2\r\n\r\n{}" : "\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
