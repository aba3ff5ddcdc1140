package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SpaceSpec;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.server.config.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a space's definition. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Lists everything that is wrong with a space's definition, with file, line and column, and"
          + " runs the examples of its traits.",
      "Needs neither an instance nor data. With --connect it also warns of names of events,"
          + " properties and traits that look mistyped, by what the space has seen."
    })
final class ValidateCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(paramLabel = "SPACE.yaml", arity = "0..1", description = "The definition.")
  private @Nullable Path file;

  @Option(
      names = "--schema",
      description = "Print the JSON Schema of space files, for editors, instead.")
  private boolean schema;

  @Spec private @Nullable CommandSpec spec;

  ValidateCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    if (schema) {
      console.out().println(SpaceSpec.schema().toPrettyString());
      console.out().flush();
      return 0;
    }
    if (file == null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "SPACE.yaml: got none (expected a file)");
    }
    return check(file);
  }

  private int check(Path file) {
    List<FileProblem> problems;
    try {
      problems = modules.problems(file);
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
    JsonNode warnings =
        problems.isEmpty() && target.connect != null ? warnings(file) : MissingNode.getInstance();
    if (console.json) {
      ObjectNode document = Answer.JSON.createObjectNode();
      document.put("valid", problems.isEmpty());
      ArrayNode list = document.putArray("problems");
      problems.forEach(problem -> list.add(problem.toString()));
      if (!warnings.isMissingNode()) {
        document.set("warnings", warnings);
      }
      Answer.print(document, console.out());
    } else if (problems.isEmpty()) {
      warnings.forEach(each -> console.err().println(file + ": warning: " + each.asText()));
      console.err().flush();
      console.out().println(file + ": valid");
      console.out().flush();
    } else {
      problems.forEach(problem -> console.err().println(problem.shown()));
      console.err().flush();
    }
    return problems.isEmpty() ? 0 : 1;
  }

  /** What a running instance finds doubtful; a list. */
  private JsonNode warnings(Path file) {
    SpaceFile space = SpaceFile.read(modules, file);
    JsonNode plan =
        OpenInstance.ask("validate", modules, target, server -> space.plan(server, false, false));
    return plan.has("warnings") ? plan.path("warnings") : Answer.JSON.createArrayNode();
  }
}
