package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns public data sets into events. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Turns the original of a public data set into NDJSON that 'replay' reads.")
final class ConvertCommand implements Callable<Integer> {
  private final Modules modules;
  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();

  @Parameters(index = "0", paramLabel = "SET", description = "online-retail or cdnow.")
  private String set = "";

  @Parameters(index = "1", paramLabel = "SOURCE", description = "The original file.")
  private Path source = Path.of("");

  @Parameters(index = "2", paramLabel = "OUT", description = "The file to write.")
  private Path out = Path.of("");

  ConvertCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    Modules.Converter converter = modules.converters().get(set);
    if (converter == null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "set: got " + set + " (expected one of " + modules.converters().keySet() + ")");
    }
    try {
      long events = converter.convert(source, out);
      if (console.json) {
        ObjectNode document = Answer.JSON.createObjectNode();
        document.put("events", events);
        Answer.print(document, console.out());
      } else {
        console.out().println("wrote " + events + " events to " + out);
        console.out().flush();
      }
      return 0;
    } catch (IOException e) {
      throw new Failure(source + ": cannot be converted: " + e.getMessage(), e);
    }
  }
}
