package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.replay.Replay;
import dev.traitflow.launcher.replay.ReplayFile;
import dev.traitflow.launcher.replay.ReplayServer;
import dev.traitflow.launcher.runtime.Instance;
import dev.traitflow.launcher.runtime.ServerPort;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.files.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole program at work on customers it makes up. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Makes up two years of a shop's customers, sends their events through the pipeline, trains"
          + " churn and lifetime value 120 days before the end, goes on, scores everyone, prints"
          + " what became of them and serves the result until it is stopped."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String SPACE = "spa_shop";

  /** Models see nothing after this long before the end, so that the last stretch is new to them. */
  private static final Duration UNSEEN = Duration.ofDays(120);

  private final Modules modules;
  @Mixin private Console console = new Console();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory; made if it is missing (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The server's port; 0 picks one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port = 8080;

  @Option(names = "--exit", description = "End after the summary.")
  private boolean exit;

  DemoCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerPort.requireFree(ServerConfig.LOOPBACK, port, data);
    PrivateFiles.createDirectories(data);
    Path folder = Files.createDirectories(data.resolve("demo"));
    Path space = folder.resolve("space.yaml");
    Path events = folder.resolve("events.ndjson");
    Path day = folder.resolve("end");
    if (!Files.exists(day)) {
      // Written once: started again on the same data, the demo goes on with the same customers.
      Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
      say("making two years of customers up to " + today);
      modules.writeDemo(space, events, today);
      Files.writeString(day, today.toString());
    }
    Instant cutoff = Instant.parse(Files.readString(day)).minus(UNSEEN);
    say("starting the broker, Flink and the server");
    Instance.Settings settings =
        new Instance.Settings(
            "demo", data, port, List.of(space), Optional.of(Instance.Clock.EVENT), false);
    try (Instance instance = Instance.start(settings, modules.parts())) {
      instance.closeOnSignal(0);
      run(instance, events, cutoff);
      if (!exit) {
        // The customers end today: from here on their clock is the machine's.
        new ServerClient(instance.url(), AdminAccess.token(data))
            .post("/admin/clock", Answer.JSON.createObjectNode().put("kind", "wall"));
        Ready.print(instance, console);
        instance.awaitEnd();
      }
    }
    return 0;
  }

  private void run(Instance instance, Path events, Instant cutoff) throws IOException {
    ReplayServer server = ReplayCommand.sendTo(instance, Optional.empty(), data);
    ServerClient admin = new ServerClient(instance.url(), AdminAccess.token(data));
    ReplayFile file = ReplayFile.of(events);
    long start = System.nanoTime();
    ReplayCommand.replay(server, file, Instance.Clock.EVENT, Optional.of(cutoff), console);
    long replayed = System.nanoTime() - start;

    say("training on what happened before " + cutoff);
    long trainingStart = System.nanoTime();
    JsonNode models = admin.post("/admin/train?space=" + SPACE);
    long trained = System.nanoTime() - trainingStart;

    start = System.nanoTime();
    Replay.Result result =
        ReplayCommand.replay(server, file, Instance.Clock.EVENT, Optional.empty(), console);
    replayed += System.nanoTime() - start;

    DemoReport report =
        new DemoReport(
            result,
            admin.get("/admin/status").orElseGet(Answer.JSON::createObjectNode),
            models,
            best(admin),
            replayed / 1e9,
            trained / 1e9);
    PrintWriter out = console.out();
    if (console.json) {
      Answer.print(report.toJson(SPACE), out);
    } else {
      report.print(SPACE, out);
    }
    out.flush();
  }

  /** The profile with the most traits among those with both predictions, to be shown. */
  private static ObjectNode best(ServerClient admin) throws IOException {
    ObjectNode best = Answer.JSON.createObjectNode();
    int most = -1;
    for (String line : admin.lines("/admin/export?space=" + SPACE)) {
      int traits = line.contains("\"predicted_ltv_amount\"") ? line.split("\":").length : 0;
      if (line.contains("\"likelihood_to_churn_probability\"") && traits > most) {
        most = traits;
        best = (ObjectNode) Answer.read(line);
      }
    }
    return best;
  }

  private void say(String text) {
    console.err().println("demo: " + text);
    console.err().flush();
  }
}
