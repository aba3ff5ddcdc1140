package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the predictions of a space. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the predictions of a space: kind, state, version, quality, and when they were scored.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PredictionsListCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  PredictionsListCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode answer =
        OpenInstance.ask(
            "predictions list",
            modules,
            target,
            server -> PredictionReport.found(server, PredictionReport.path(server, target)));
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      PredictionReport.printList(answer.path("data"), console.out());
    }
    return 0;
  }
}
