package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The administrator's token: {@code TRAITFLOW_ADMIN_TOKEN} if that is set, else what the instance
 * wrote to {@code DIR/admin-token}. It is never printed.
 */
final class AdminAccess {
  private AdminAccess() {}

  /** The token of the instance of a data directory, or empty if nothing says it. */
  static Optional<String> token(Path data) {
    String given = System.getenv("TRAITFLOW_ADMIN_TOKEN");
    if (given != null && !given.isBlank()) {
      return Optional.of(given.strip());
    }
    Path file = data.resolve("admin-token");
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
  }
}
