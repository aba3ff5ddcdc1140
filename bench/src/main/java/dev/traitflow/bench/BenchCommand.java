package dev.traitflow.bench;

import dev.traitflow.launcher.cli.Console;
import dev.traitflow.launcher.runtime.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what the folds cost. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures folds and server beside named opponents in the same run and prints a table of ratios.",
      "It wants the machine for itself: minutes with --quick, about an hour without.",
      "docs/benchmarks.md says what each number means."
    })
final class BenchCommand implements Callable<Integer> {
  @Mixin private Console console = new Console();

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which ones (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--quick", description = "Small sizes: a first impression.")
  private boolean quick;

  @Override
  public Integer call() {
    for (String name : names) {
      if (!Bench.isKnown(name)) {
        throw new Failure("bench: got '" + name + "' (expected one of " + Bench.describe() + ")");
      }
    }
    Bench.run(names, quick, console.json, console.terminal(), console.out(), console.err());
    return 0;
  }
}
