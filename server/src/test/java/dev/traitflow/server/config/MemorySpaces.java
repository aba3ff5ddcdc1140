package dev.traitflow.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps definitions on the heap. */
public final class MemorySpaces implements SpaceStorage {
  private final Map<String, Stored> kept = new TreeMap<>();

  @Override
  public List<Stored> load() {
    return new ArrayList<>(kept.values());
  }

  @Override
  public void store(Stored stored) {
    kept.put(stored.id(), stored);
  }
}
