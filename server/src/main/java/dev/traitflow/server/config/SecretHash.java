package dev.traitflow.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A salted SHA-256 hash of a token or a write key as text: {@code sha256:SALT:HASH}, for a long key
 * with its last characters behind it, to tell it from others. Both are long and random, so a slow
 * hash would protect nothing more and would cost on every read.
 *
 * <p>The keys of a space share their salt, which follows from its id: a call is looked up by one
 * hash for each space, however many sources there are.
 */
final class SecretHash {
  private static final String PREFIX = "sha256:";
  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern FORM =
      Pattern.compile("sha256:[0-9a-f]{32}:[0-9a-f]{64}(:[!-9;-~]{4})?");
  private static final int SALT_BYTES = 16;
  private static final int TAIL_CHARS = 4;
  private static final int TAIL = 3;

  private SecretHash() {}

  /** True if the text is a hash and not a secret. */
  static boolean isHash(String text) {
    return FORM.matcher(text).matches();
  }

  /** The salt of the write keys of a space. */
  static byte[] saltOfKeys(String space) {
    return Arrays.copyOf(digest(space, "write keys".getBytes(StandardCharsets.UTF_8)), SALT_BYTES);
  }

  /** Hashes a write key; equal keys of a space have equal hashes. */
  static String ofKey(String key, byte[] salt) {
    String tail = SpaceFiles.isShort(key) ? "" : ":" + key.substring(key.length() - TAIL_CHARS);
    return of(key, salt) + tail;
  }

  /** The last characters of the key that was hashed, or of a key; empty if it is a short one. */
  static String tail(String keyOrHash) {
    if (isHash(keyOrHash)) {
      String[] parts = keyOrHash.split(":");
      return parts.length > TAIL ? parts[TAIL] : "";
    }
    return SpaceFiles.isShort(keyOrHash)
        ? ""
        : keyOrHash.substring(keyOrHash.length() - TAIL_CHARS);
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
