package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks a space's definition. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Lists everything that is wrong with a space's definition.")
final class ValidateCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();

  @Parameters(paramLabel = "SPACE.yaml", description = "The definition.")
  private Path file = Path.of("");

  ValidateCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    List<String> problems;
    try {
      problems = modules.problems(file);
    } catch (IOException e) {
      throw new Failure(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (console.json) {
      ObjectNode document = Answer.JSON.createObjectNode();
      document.put("valid", problems.isEmpty());
      problems.forEach(document.putArray("problems")::add);
      Answer.print(document, console.out());
    } else if (problems.isEmpty()) {
      console.out().println(file + ": valid");
      console.out().flush();
    } else {
      problems.forEach(problem -> console.err().println(file + ": " + problem));
      console.err().flush();
    }
    return problems.isEmpty() ? 0 : 1;
  }
}
