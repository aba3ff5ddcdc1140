package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a prediction would find. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    description = {
      "Shows who would be scored by a prediction and what each data check says. Changes nothing.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PredictionsPreviewCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "FILE.yaml",
      description = "The prediction: one object as in a space's list of predictions.")
  private Path file = Path.of("");

  PredictionsPreviewCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode definition = modules.prediction(file).toJson();
    JsonNode answer =
        OpenInstance.ask(
            "predictions preview",
            modules,
            target,
            server -> server.post(PredictionReport.path(server, target) + "/preview", definition));
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      PredictionReport.printPreview(answer, console.out());
    }
    return 0;
  }
}
