package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.log.ClockKind;
import io.undertow.util.Methods;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every route because it is derived from the table. */
class ServedRoutesTest {
  private static final String ADMIN = "Bearer adm";

  private final Path directory;

  ServedRoutesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** The address of a route, with values that name nothing where there is no such thing. */
  private static String path(Route route) {
    return route
        .address()
        .template()
        .replace("{space}", "spa")
        .replace("{collection}", "users")
        .replace("{writeKey}", "web-key")
        .replace("{id}", "user_id:u1")
        .replace("*", "track")
        .replaceAll("\\{[a-zA-Z]+\\}", "x");
  }

  private static HttpResponse<String> send(
      RunningServer server, String method, Route route, String credentials) throws Exception {
    HttpRequest.Builder request =
        server.request(path(route), "").method(method, BodyPublishers.ofString("{}"));
    if (!credentials.isEmpty()) {
      request.header("Authorization", credentials);
    }
    return server.send(request);
  }

  @Test
  void aReplicaRefusesEveryRouteThatChangesSomethingAndNoOther() throws Exception {
    try (RunningServer replica = RunningServer.replica(directory)) {
      for (Route route : replica.routes()) {
        if (route.address().template().endsWith("/live")) {
          continue; // It never ends.
        }
        HttpResponse<String> answer = send(replica, route.method().toString(), route, ADMIN);
        boolean isRefused = answer.body().contains("\"code\":\"replica\"");
        assertThat(isRefused).as(route + ": " + answer.body()).isEqualTo(route.changes());
        if (isRefused) {
          boolean isCall = route.access() == Access.WRITE_KEY;
          assertThat(answer.statusCode()).as(route.toString()).isEqualTo(isCall ? 503 : 403);
        }
      }
    }
  }

  @Test
  void routesThatAreNotMeantForEverybodyRefuseWhoShowsNothing() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (Route route : server.routes()) {
        boolean isOpen = route.access() == Access.PUBLIC || route.access() == Access.WRITE_KEY;
        if (!isOpen) {
          HttpResponse<String> answer = send(server, route.method().toString(), route, "");
          assertThat(answer.statusCode()).as(route.toString()).isEqualTo(401);
        }
      }
    }
  }

  @Test
  void otherMethodsAreRefusedWithThoseThatAreTaken() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (Route route : server.routes()) {
        HttpResponse<String> answer = send(server, "TRACE1", route, ADMIN);
        assertThat(answer.statusCode()).as(route.toString()).isEqualTo(405);
        assertThat(answer.body()).contains("method_not_allowed");
        String allow = answer.headers().firstValue("Allow").orElse("");
        assertThat(Set.of(allow.split(", ")))
            .as(route.toString())
            .contains(route.method().toString());
      }
    }
  }

  @Test
  void headIsAnsweredAsGetIsWithoutABody() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      for (Route route : server.routes()) {
        boolean isRead = route.method().equals(Methods.GET) && !route.changes();
        if (isRead && !route.address().template().endsWith("/live")) {
          HttpResponse<String> get = send(server, "GET", route, ADMIN);
          HttpResponse<String> head = send(server, "HEAD", route, ADMIN);
          assertThat(head.statusCode()).as(route.toString()).isEqualTo(get.statusCode());
          assertThat(head.body()).isEmpty();
        }
      }
    }
  }
}
