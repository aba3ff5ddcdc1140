package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Stands in the list of commands for what the launching script does itself: it runs the build. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Installs what tests need and runs all of them: 'mvn verify'.",
      "Long laws and whole data sets run in a short form; --all runs them in full.",
      "What follows is passed on to Maven, for example -pl core."
    })
final class TestCommand implements Callable<Integer> {
  @Option(names = "--all", description = "Laws with all seeds, whole data sets: takes hours.")
  private boolean all;

  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    String asked = all ? "test --all" : "test";
    throw new Failure(asked + ": is run by the script ./traitflow, not by the JVM " + passedOn);
  }
}
