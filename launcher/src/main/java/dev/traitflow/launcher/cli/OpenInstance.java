package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Instance;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The instance a command talks to: the running one, else one started for as long as it takes. */
final class OpenInstance {
  private OpenInstance() {}

  /**
   * Asks the instance something.
   *
   * @param command who holds the data directory meanwhile, for messages
   * @throws Failure if no instance runs and there is no data directory
   */
  static <T> T ask(
      String command, Modules modules, TargetOptions target, Function<ServerClient, T> question) {
    Optional<ServerClient> running = target.running();
    if (running.isPresent()) {
      return question.apply(running.get());
    }
    if (!Files.isDirectory(target.data)) {
      throw new Failure(
          "data directory "
              + target.data
              + ": got none (expected what an instance left, or --connect URL)");
    }
    Instance.Settings settings =
        new Instance.Settings(command, target.data, 0, List.of(), Optional.empty(), false);
    try (Instance instance = Instance.start(settings, modules.parts())) {
      instance.closeOnSignal(1);
      return question.apply(new ServerClient(instance.url(), AdminAccess.token(target.data)));
    }
  }
}
