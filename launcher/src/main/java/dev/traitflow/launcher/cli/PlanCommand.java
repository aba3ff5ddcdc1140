package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a definition would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a space's definition would create, edit and delete, what would be lost by it,"
          + " and for how many profiles a value would change. Changes nothing.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class PlanCommand implements Callable<Integer> {
  private static final int CHANGES = 2;

  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(paramLabel = "SPACE.yaml", description = "The definition.")
  private Path file = Path.of("");

  @Option(
      names = "--prune",
      description = "Plan what apply --prune does: what the file does not name goes too.")
  private boolean prune;

  @Option(
      names = "--detailed-exitcode",
      description = "Exit with 0 if there is nothing to do, 2 if there are changes, 1 on failure.")
  private boolean detailed;

  PlanCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    SpaceFile space = SpaceFile.read(modules, file);
    JsonNode plan =
        OpenInstance.ask("plan", modules, target, server -> space.plan(server, prune, true));
    if (console.json) {
      Answer.print(plan, console.out());
    } else {
      PlanReport.print(plan, console.out());
    }
    return detailed && plan.path("changed").asBoolean() ? CHANGES : 0;
  }
}
