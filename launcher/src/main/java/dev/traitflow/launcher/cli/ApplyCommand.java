package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges a definition into its space. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Applies a space's definition, all of it or nothing, and prints what changed.",
      "It removes what an earlier apply of the file made and the file no longer names. What the API"
          + " made stays, and so does a member that the file does not have.",
      "Where something would be lost it asks first; without a terminal it wants --yes then.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class ApplyCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(paramLabel = "SPACE.yaml", description = "The definition.")
  private Path file = Path.of("");

  @Option(names = "--yes", description = "Do not ask, whatever would be lost.")
  private boolean yes;

  @Option(
      names = "--prune",
      description = "Remove also what the file does not name, of the lists that it has.")
  private boolean prune;

  ApplyCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    SpaceFile space = SpaceFile.read(modules, file);
    JsonNode changes = OpenInstance.ask("apply", modules, target, server -> apply(server, space));
    if (console.json) {
      Answer.print(changes, console.out());
    } else {
      PlanReport.print(changes, console.out());
    }
    return 0;
  }

  private JsonNode apply(ServerClient server, SpaceFile space) {
    ObjectNode changes = space.plan(server, prune, false).deepCopy();
    if (changes.path("destructive").asBoolean() && !yes) {
      requireConsent(PlanReport.losses(changes));
    }
    // Also where nothing changes: the server remembers what the file names.
    JsonNode kept = space.apply(server, prune);
    return changes.put("space", kept.path("id").asText()).put("applied", true);
  }

  private void requireConsent(List<String> losses) {
    String lost = String.join(System.lineSeparator() + "  ", losses);
    if (!console.canAsk()) {
      throw new Failure(
          file
              + ": nothing was applied, since this would be lost (repeat it with --yes if it may"
              + " be):"
              + System.lineSeparator()
              + "  "
              + lost);
    }
    if (!console.asks("This would be lost:" + System.lineSeparator() + "  " + lost)) {
      throw new Failure(file + ": nothing was applied");
    }
  }
}
