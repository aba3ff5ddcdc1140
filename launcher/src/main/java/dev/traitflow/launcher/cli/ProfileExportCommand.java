package dev.traitflow.launcher.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes out all profiles. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes every profile as one line of JSON, sorted by segment_id.")
final class ProfileExportCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  ProfileExportCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    Optional<ServerClient> running = target.running();
    if (running.isPresent()) {
      String space =
          target.space().map(name -> "?space=" + ProfileGetCommand.encode(name)).orElse("");
      running.get().copyLines("/admin/export" + space, console.out());
    } else {
      try (Modules.ProfileFolder folder = modules.openProfiles(target.data)) {
        folder.export(target.space(), console.out());
      }
    }
    console.out().flush();
    return 0;
  }
}
