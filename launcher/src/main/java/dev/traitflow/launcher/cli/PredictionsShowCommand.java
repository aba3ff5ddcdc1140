package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one prediction. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Shows how a prediction stands: state and reason, data checks, progress, and how good it is.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PredictionsShowCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(index = "0", paramLabel = "KEY", description = "The prediction's key.")
  private String key = "";

  PredictionsShowCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode answer =
        OpenInstance.ask(
            "predictions show",
            modules,
            target,
            server -> PredictionReport.found(server, PredictionReport.path(server, target, key)));
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      PredictionReport.print(answer, console.out());
    }
    return 0;
  }
}
