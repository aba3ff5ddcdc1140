package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands in the list of commands for what the launching script does itself: it runs the build. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Installs what tests need and runs all of them: 'mvn verify'.",
      "What follows is passed on to Maven, for example -pl core."
    })
final class TestCommand implements Callable<Integer> {
  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    throw new Failure("test: is run by the script ./traitflow, not by the JVM " + passedOn);
  }
}
