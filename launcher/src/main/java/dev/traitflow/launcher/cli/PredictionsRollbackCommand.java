package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts an older model into force. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Puts an older version of a prediction into force and scores everybody by it.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PredictionsRollbackCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(index = "0", paramLabel = "KEY", description = "The prediction's key.")
  private String key = "";

  @Parameters(
      index = "1",
      paramLabel = "VERSION",
      description = "A version, as `predictions versions` lists them.")
  private String version = "";

  PredictionsRollbackCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode wanted = Answer.JSON.createObjectNode().put("version", version);
    JsonNode answer =
        OpenInstance.ask(
            "predictions rollback",
            modules,
            target,
            server ->
                server.post(PredictionReport.path(server, target, key) + "/versions", wanted));
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      console.out().println(key + ": version " + answer.path("version").asText() + " is in force");
      console.out().flush();
    }
    return 0;
  }
}
