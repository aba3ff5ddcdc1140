package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Instance;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an instance until it is told to end. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs everything in one process until it is stopped.",
      "Prints 'ready http://127.0.0.1:N' on stdout when everything serves. SIGTERM or Ctrl-C ends"
          + " it within 30 seconds; the next start goes on where it stopped."
    })
final class UpCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private InstanceOptions options = new InstanceOptions();

  @Option(
      names = "--test-mode",
      description = "Time stands still until it is moved with POST /admin/clock.")
  private boolean testMode;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "Where browsers reach the server (default: TRAITFLOW_PUBLIC_URL).")
  private @Nullable URI publicUrl;

  UpCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() throws InterruptedException {
    Instance.Settings settings =
        new Instance.Settings(
            "up",
            options.data,
            options.port,
            options.spaces,
            Optional.ofNullable(options.clock),
            testMode,
            Optional.ofNullable(publicUrl));
    try (Instance instance = Instance.start(settings, modules.parts())) {
      instance.closeOnSignal(0);
      Ready.print(instance, console);
      instance.awaitEnd();
    }
    return 0;
  }
}
