package dev.traitflow.core.trait;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whose events a trait is computed from, and on whose profile it stands. */
public enum TraitLevel {
  /** Each user's own. */
  USER,
  /** Those of all users linked to an account. */
  ACCOUNT;

  /** The name in definitions. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the level of that name, or null if there is none. */
  public static @Nullable TraitLevel of(String wireName) {
    return switch (wireName) {
      case "user" -> USER;
      case "account" -> ACCOUNT;
      default -> null;
    };
  }
}
