package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.InstanceFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that works on the data of an instance, running or not. */
final class TargetOptions {
  @Option(
      names = "--connect",
      paramLabel = "URL",
      description = "A running instance, for example http://127.0.0.1:8080.")
  @Nullable URI connect;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  Path data = Path.of("data");

  @Option(
      names = "--space",
      paramLabel = "ID|SLUG",
      description = "The space, where there are several.")
  @Nullable String space;

  Optional<String> space() {
    return Optional.ofNullable(space);
  }

  /** The instance at the URL, else the one that holds the directory now, or empty. */
  Optional<ServerClient> running() {
    if (connect != null) {
      return Optional.of(new ServerClient(connect, AdminAccess.token(data)));
    }
    return InstanceFile.running(data)
        .map(file -> new ServerClient(URI.create(file.url()), AdminAccess.token(data)));
  }
}
