package dev.traitflow.core.profile;

import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which traits are asked for. Where they are named, those that lie apart are read by their key.
 *
 * @param named the keys; null for all
 */
record WantedKeys(@Nullable Set<String> named) implements Predicate<String> {
  static final WantedKeys ALL = new WantedKeys(null);

  @Override
  public boolean test(String key) {
    return named == null || named.contains(key);
  }
}
