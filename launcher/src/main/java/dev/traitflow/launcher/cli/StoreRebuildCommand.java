package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.server.store.StoreRebuild;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

  /** Makes the bar once it is known how much there is. */
  private final class Shown implements StoreRebuild.Progress {
    private @Nullable ProgressBar bar;

    @Override
    public void at(long done, long total) {
      ProgressBar known = bar;
      if (known == null) {
        known =
            new ProgressBar(
                "rebuild", "records", total, console.err(), console.terminal(), System::nanoTime);
        bar = known;
      }
      known.at(done, done);
    }

    void end() {
      if (bar != null) {
        bar.end();
      }
    }
  }

  @Override
  public Integer call() {
    Shown shown = new Shown();
    long began = System.nanoTime();
    long records;
    try {
      records = modules.rebuildStore(data, shown);
    } finally {
      shown.end();
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
