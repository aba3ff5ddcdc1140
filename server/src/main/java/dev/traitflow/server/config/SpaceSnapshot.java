package dev.traitflow.server.config;

import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All spaces at one moment, for lookups that take no lock.
 *
 * @param byId the spaces by id
 * @param bySlug the spaces by slug
 * @param keys the write keys of each space that has sources
 * @param found sources by the keyed hash of a write key that was looked up before
 */
record SpaceSnapshot(
    Map<String, SpaceEntry> byId,
    Map<String, SpaceEntry> bySlug,
    List<Keys> keys,
    Map<ByteBuffer, List<SourceOfSpace>> found) {

  /**
   * The sources of a space by their keys: by the hashes that are kept, and by the keys themselves
   * where the definition is from a version that kept those.
   */
  record Keys(
      byte[] salt, Map<String, SourceOfSpace> hashed, Map<ByteBuffer, SourceOfSpace> plain) {

    static Keys of(SpaceDefinition space) {
      Map<String, SourceOfSpace> hashed = new HashMap<>();
      Map<ByteBuffer, SourceOfSpace> plain = new HashMap<>();
      for (SourceDefinition source : space.sources()) {
        SourceOfSpace found = new SourceOfSpace(space.id(), source);
        if (SecretHash.isHash(source.writeKey())) {
          hashed.put(source.writeKey(), found);
        } else {
          plain.put(KeyedHash.of(source.writeKey()), found);
        }
      }
      return new Keys(SecretHash.saltOfKeys(space.id()), hashed, plain);
    }

    Optional<SourceOfSpace> byWriteKey(String writeKey, ByteBuffer keyed) {
      SourceOfSpace source = hashed.get(SecretHash.ofKey(writeKey, salt));
      return Optional.ofNullable(source == null ? plain.get(keyed) : source);
    }
  }

  /** This with one entry added or replaced. */
  SpaceSnapshot with(SpaceEntry entry) {
    Map<String, SpaceEntry> entries = new TreeMap<>(byId);
    entries.put(entry.definition().id(), entry);
    return of(entries);
  }

  static SpaceSnapshot of(Map<String, SpaceEntry> entries) {
    Map<String, SpaceEntry> bySlug = new HashMap<>();
    List<Keys> keys = new ArrayList<>();
    for (SpaceEntry entry : entries.values()) {
      bySlug.put(entry.slug(), entry);
      if (!entry.definition().sources().isEmpty()) {
        keys.add(Keys.of(entry.definition()));
      }
    }
    return new SpaceSnapshot(new TreeMap<>(entries), bySlug, keys, new ConcurrentHashMap<>());
  }

  /** The sources of a key, by space; found once it is looked up by one hash. */
  List<SourceOfSpace> byWriteKey(String writeKey) {
    ByteBuffer keyed = KeyedHash.of(writeKey);
    List<SourceOfSpace> known = found.get(keyed);
    if (known != null) {
      return known;
    }
    List<SourceOfSpace> sources =
        keys.stream().flatMap(each -> each.byWriteKey(writeKey, keyed).stream()).toList();
    if (!sources.isEmpty()) {
      found.put(keyed, sources);
    }
    return sources;
  }
}
