package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a definition would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which traits a space's definition would create, edit and delete, and for how many"
          + " profiles a value would change. Changes nothing.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PlanCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(paramLabel = "SPACE.yaml", description = "The definition.")
  private Path file = Path.of("");

  PlanCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode definition = modules.space(file);
    JsonNode plan =
        OpenInstance.ask(
            "plan", modules, target, server -> server.post("/admin/spaces/plan", definition));
    if (console.json) {
      Answer.print(plan, console.out());
    } else {
      PlanReport.print(plan, console.out());
    }
    return 0;
  }
}
