package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Builds the store anew from the topics. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    description = {
      "Builds the store of a data directory anew from its topics; no process may hold it.",
      "The old store stays until the new one is whole. What destinations were told is taken over."
    })
final class StoreRebuildCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  StoreRebuildCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    ProgressLine progress = console.progress("rebuild");
    long began = System.nanoTime();
    long records;
    try {
      records =
          modules.rebuildStore(
              data,
              (done, total) -> progress.count(done / (double) Math.max(1, total), done, "records"));
    } finally {
      progress.end();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (console.json) {
      console
          .out()
          .println(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("records", records)
                  .put("seconds", seconds));
    } else {
      console
          .out()
          .println(String.format(Locale.ROOT, "rebuilt: %d records in %.1f s", records, seconds));
    }
    console.out().flush();
    return 0;
  }
}
