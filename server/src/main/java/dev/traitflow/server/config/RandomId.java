package dev.traitflow.server.config;

import java.util.random.RandomGenerator;

/** Ids of objects whose definition leaves the id to the system. */
final class RandomId {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 12;

  private RandomId() {}

  /** A prefix with 12 random letters and digits behind it. */
  static String of(String prefix, RandomGenerator random) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
