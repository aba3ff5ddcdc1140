package dev.traitflow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.traitflow.launcher.cli.Commands;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plan and apply say and ask, against a server that answers what a test wants. */
class ApplyTest {
  private static final String LOSS =
      """
      {"space":"spa","action":"edit","changed":true,"destructive":true,
       "traits":[{"key":"orders","action":"edit","version":2,"added":0,"changed":12,"removed":0,
         "unchanged":3,"fields":[{"field":"window","before":{"within":"90 d"},
         "after":{"within":"60 d"}}],
         "lost":"the values of 15 profiles are replaced by those of version 2","sample":[]},
         {"key":"back","action":"create","version":3,"restored":true,"fields":[]}],
       "objects":[{"member":"tokens","key":"agents","action":"edit",
         "fields":[{"field":"token","secret":true}],"lost":"reads with the old token are refused"}],
       "members":[{"field":"name","before":"Shop","after":"Store"}],
       "others":["name","tokens"],
       "unmanaged":[{"member":"audiences","key":"vip","listed":false},
         {"member":"traits","key":"made","listed":true}]}
      """;
  private static final String NOTHING =
      "{\"space\":\"spa\",\"action\":\"edit\",\"changed\":false,\"destructive\":false}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> requests = new ArrayList<>();
  private final InputStream input = System.in;
  private HttpServer server;
  private Path file;
  private int status = 200;
  private String plan = LOSS;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    file = directory.resolve("shop.yaml");
    Files.writeString(file, "name: Shop\nsources:\n  - {name: Web, write_key: web-key}\n");
    Files.writeString(directory.resolve("admin-token"), "secret-token\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.setIn(input);
    System.clearProperty("traitflow.terminal");
    System.clearProperty("traitflow.input.terminal");
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestURI().toString());
    boolean isPlan = exchange.getRequestURI().getPath().endsWith("/plan");
    byte[] body =
        (isPlan || status != 200 ? plan : "{\"id\":\"spa\"}").getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private int run(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(
        List.of(
            file.toString(),
            "--connect",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "--data",
            String.valueOf(file.getParent())));
    return Commands.run(
        new LinkedModules(System.out, System.err),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        line.toArray(String[]::new));
  }

  private void terminal(String typed) {
    System.setProperty("traitflow.terminal", "true");
    System.setProperty("traitflow.input.terminal", "true");
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void plansObjectByObjectWithOldAndNewFieldsAndWhatIsLost() {
    assertThat(run("plan")).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "space spa: edit",
            "edit orders: 0 added, 12 changed, 0 removed, 3 unchanged",
            "  window: 90 d \u2192 60 d",
            "  lost: the values of 15 profiles are replaced by those of version 2",
            "create back",
            "  its key was deleted before: it comes back as version 3, computed from the history",
            "edit token agents",
            "  token: another one",
            "  lost: reads with the old token are refused",
            "edit name: Shop \u2192 Store",
            "not managed by this file: audience vip (stays; the file has no `audiences:`)",
            "not managed by this file: trait made (stays; --prune removes it)");
  }

  @Test
  void exitsWithTwoForChangesOnlyIfThatIsAskedFor() {
    assertThat(run("plan", "--detailed-exitcode")).isEqualTo(2);
    plan = NOTHING;
    assertThat(run("plan", "--detailed-exitcode")).isZero();
    assertThat(out.toString()).endsWith("nothing to do\n");
    status = 400;
    assertThat(run("plan", "--detailed-exitcode")).isEqualTo(1);
  }

  @Test
  void destroysNothingWithoutATerminalAndWithoutYes() {
    assertThat(run("apply")).isEqualTo(1);

    assertThat(err.toString())
        .contains(
            "nothing was applied",
            "--yes",
            "edit trait orders: the values of 15 profiles are replaced by those of version 2",
            "edit token agents: reads with the old token are refused");
    assertThat(requests).hasSize(1);
    assertThat(run("apply", "--yes")).isZero();
    assertThat(requests).last().asString().startsWith("/admin/spaces?");
  }

  @Test
  void asksOnATerminal() {
    terminal("no\n");
    assertThat(run("apply")).isEqualTo(1);
    assertThat(err.toString()).contains("This would be lost:", "nothing was applied");
    terminal("");
    assertThat(run("apply")).isEqualTo(1);
    assertThat(requests).noneMatch(each -> each.startsWith("/admin/spaces?"));
    terminal("yes\n");
    assertThat(run("apply")).isZero();
    assertThat(requests).last().asString().startsWith("/admin/spaces?");
  }

  @Test
  void asksNothingWhereNothingIsLost() {
    plan = NOTHING;
    assertThat(run("apply")).isZero();
    assertThat(run("apply", "--json", "--prune")).isZero();
    assertThat(requests).last().asString().contains("prune=true");
  }

  @Test
  void showsWhatTheServerRefusesInTheFile() {
    status = 400;
    plan =
        """
        {"error":{"code":"validation_error","message":"The definition was refused.",
         "problems":["/sources/0/write_key: is used"],
         "places":[{"pointer":"/sources/0/write_key","message":"is used"}]}}
        """;
    assertThat(run("apply")).isEqualTo(1);

    assertThat(err.toString())
        .isEqualTo(
            file
                + ":3:17: /sources/0/write_key: is used\n"
                + "    - {name: Web, write_key: *******}\n"
                + "                  ^\n");
  }

  @Test
  void validatesByWhatTheSpaceHasSeenIfItIsConnected() {
    plan = NOTHING.replace("}", ",\"warnings\":[\"did you mean 'Order Completed'?\"]}");
    assertThat(run("validate")).isZero();
    assertThat(out.toString()).isEqualTo(file + ": valid\n");
    assertThat(err.toString()).isEqualTo(file + ": warning: did you mean 'Order Completed'?\n");
  }

  @Test
  void otherRefusalsAreSentences() {
    status = 409;
    plan = "{\"error\":{\"code\":\"conflict\",\"message\":\"The key is used.\"}}";
    assertThat(run("plan")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("The key is used.\n");
  }

  @Test
  void saysWhichTokenWasRefused() {
    status = 401;
    assertThat(run("plan")).isEqualTo(1);
    assertThat(err.toString())
        .contains("refuses the administrator's token, which came from")
        .contains("admin-token")
        .doesNotContain("secret-token", "HTTP");
  }

  @Test
  void saysThatNoInstanceRuns() {
    server.stop(0);
    assertThat(run("plan")).isEqualTo(1);
    assertThat(err.toString())
        .contains("http://127.0.0.1:", ": no instance answers there", "./traitflow up");
  }
}
