package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the versions of a prediction. */
@Command(
    name = "versions",
    mixinStandardHelpOptions = true,
    description = {
      "Lists every model a prediction had, newest first, and which is in force.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PredictionsVersionsCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(index = "0", paramLabel = "KEY", description = "The prediction's key.")
  private String key = "";

  PredictionsVersionsCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode answer =
        OpenInstance.ask(
            "predictions versions",
            modules,
            target,
            server ->
                PredictionReport.found(
                    server, PredictionReport.path(server, target, key) + "/versions"));
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      PredictionReport.printVersions(answer.path("data"), console.out());
    }
    return 0;
  }
}
