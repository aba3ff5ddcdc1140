package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a definition the current one of its space. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a definition the current one of its space, all of it or nothing, and prints what"
          + " changed.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class ApplyCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(paramLabel = "SPACE.yaml", description = "The definition.")
  private Path file = Path.of("");

  ApplyCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    JsonNode definition = modules.space(file);
    JsonNode changes =
        OpenInstance.ask("apply", modules, target, server -> apply(server, definition));
    if (console.json) {
      Answer.print(changes, console.out());
    } else {
      PlanReport.print(changes, console.out());
    }
    return 0;
  }

  private static JsonNode apply(ServerClient server, JsonNode definition) {
    ObjectNode changes = server.post("/admin/spaces/plan?counts=false", definition).deepCopy();
    JsonNode kept = server.post("/admin/spaces", definition);
    return changes.put("space", kept.path("id").asText()).put("applied", true);
  }
}
