package dev.traitflow.core.profile;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the custom traits of one profile lie that has too many of them to be kept in its state: one
 * entry for each key, so that an event reads and writes only the keys it sets. The contents of an
 * entry are the engine's.
 *
 * <p>Law: what was put last under a key is what {@link #get} and {@link #forEach} give.
 */
public interface CustomTraitStore {

  /** The entry of a key, or null if there is none. Cost does not grow with the number of keys. */
  byte @Nullable [] get(String key);

  /** Writes the entry of a key. Cost does not grow with the number of keys. */
  void put(String key, byte[] entry);

  /** Visits every entry once, in any order. */
  void forEach(BiConsumer<String, byte[]> visitor);
}
