package dev.traitflow.server.access;

import dev.traitflow.server.files.PrivateFiles;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The token that {@code /admin} and {@code /config} want. It is given by the environment, or made
 * once and kept in the data directory, where only its owner can read it: whoever can read the file
 * could read the data anyway.
 */
public final class AdminToken {
  /** The variable that gives it. */
  public static final String VARIABLE = "TRAITFLOW_ADMIN_TOKEN";

  private static final String FILE = "admin-token";
  private static final int RANDOM_BYTES = 24;

  private final byte[] token;

  private AdminToken(String token) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Opens the token of a data directory.
   *
   * @param given the environment's, null if it gives none
   */
  public static AdminToken open(Path directory, @Nullable String given) throws IOException {
    if (given != null && !given.isBlank()) {
      return new AdminToken(given.strip());
    }
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      String made = "adm_" + HexFormat.of().formatHex(random) + "\n";
      PrivateFiles.write(file, made.getBytes(StandardCharsets.UTF_8));
    }
    return new AdminToken(Files.readString(file).strip());
  }

  /** True if the request shows the token, as Bearer. */
  boolean isShown(HttpServerExchange exchange) {
    return Credentials.bearer(exchange).map(this::matches).orElse(false);
  }

  /** True if {@code presented} is the token. Takes the same time wherever they differ. */
  public boolean matches(String presented) {
    return MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8));
  }
}
