package dev.traitflow.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A salted SHA-256 hash of a token as text: {@code sha256:SALT:HASH}. Tokens are long and random,
 * so a slow hash would protect nothing more and would cost on every read.
 */
final class SecretHash {
  private static final String PREFIX = "sha256:";
  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{32}:[0-9a-f]{64}");

  private SecretHash() {}

  /** True if the text is a hash and not a secret. */
  static boolean isHash(String text) {
    return FORM.matcher(text).matches();
  }

  /** Hashes {@code secret} with 16 bytes of salt. */
  static String of(String secret, byte[] salt) {
    return PREFIX + HEX.formatHex(salt) + ":" + HEX.formatHex(digest(secret, salt));
  }

  /** True if {@code secret} is what was hashed. Takes the same time wherever they differ. */
  static boolean matches(String hash, String secret) {
    if (!isHash(hash)) {
      return false;
    }
    String[] parts = hash.split(":");
    return MessageDigest.isEqual(HEX.parseHex(parts[2]), digest(secret, HEX.parseHex(parts[1])));
  }

  private static byte[] digest(String secret, byte[] salt) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(salt);
      return sha.digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
