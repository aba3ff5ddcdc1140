package dev.traitflow.server.config;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Hashes secrets with a key that lives as long as the process, so that a map of secrets can be
 * looked up: how long a look-up takes then tells nothing about how much of a secret was guessed.
 */
final class KeyedHash {
  private static final byte[] KEY = new byte[32];

  /** One per thread, since a digest keeps what it was given. */
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(KeyedHash::sha);

  static {
    new SecureRandom().nextBytes(KEY);
  }

  private KeyedHash() {}

  /** The hash of a secret; equal secrets have equal ones within this process. */
  static ByteBuffer of(String secret) {
    MessageDigest sha = DIGEST.get();
    // Key on both sides of the text: nothing can be appended to a known hash.
    sha.update(KEY);
    sha.update(secret.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(sha.digest(KEY)).asReadOnlyBuffer();
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
