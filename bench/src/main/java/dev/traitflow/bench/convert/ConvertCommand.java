package dev.traitflow.bench.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.launcher.cli.Console;
import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
public final class ConvertCommand implements Callable<Integer> {
  private static final String ONLINE_RETAIL = "online-retail";
  private static final String CDNOW = "cdnow";

  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();

  @Parameters(index = "0", paramLabel = "SET", description = ONLINE_RETAIL + " or " + CDNOW + ".")
  private String set = "";

  @Parameters(index = "1", paramLabel = "SOURCE", description = "The original file.")
  private Path source = Path.of("");

  @Parameters(index = "2", paramLabel = "OUT", description = "The file to write.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    long events;
    try {
      events = convert();
    } catch (IOException e) {
      throw new Failure(source + ": cannot be converted: " + e.getMessage(), e);
    }
    if (console.json) {
      console.out().println(JsonNodeFactory.instance.objectNode().put("events", events));
    } else {
      console.out().println("wrote " + events + " events to " + out);
    }
    console.out().flush();
    return 0;
  }

  private long convert() throws IOException {
    return switch (set) {
      case ONLINE_RETAIL -> OnlineRetailConverter.convert(source, out);
      case CDNOW -> CdnowConverter.convert(source, out);
      default ->
          throw new ParameterException(
              Objects.requireNonNull(spec).commandLine(),
              "set: got " + set + " (expected one of " + List.of(ONLINE_RETAIL, CDNOW) + ")");
    };
  }
}
