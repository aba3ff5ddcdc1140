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

  private static final String VARIABLE = "TRAITFLOW_ADMIN_TOKEN";

  /**
   * A token and where it was found.
   *
   * @param secret the token; empty if nothing says it
   * @param origin the file or variable it came from, or should have
   */
  record Token(Optional<String> secret, String origin) {
    /** Never prints the secret. */
    @Override
    public String toString() {
      return origin;
    }
  }

  /** The token of the instance that this process runs on a data directory. */
  static String required(Path data) {
    Token token = token(data);
    return token
        .secret()
        .orElseThrow(
            () ->
                new Failure(
                    token.origin() + ": got none (expected what the running instance wrote)"));
  }

  /** The token of the instance of a data directory, if anything says it. */
  static Token token(Path data) {
    String given = System.getenv(VARIABLE);
    if (given != null && !given.isBlank()) {
      return new Token(Optional.of(given.strip()), "the variable " + VARIABLE);
    }
    Path file = data.resolve("admin-token");
    try {
      return Files.exists(file)
          ? new Token(Optional.of(Files.readString(file).strip()), file.toString())
          : new Token(Optional.empty(), file.toString());
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
  }
}
