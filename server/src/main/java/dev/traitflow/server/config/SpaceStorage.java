package dev.traitflow.server.config;

import java.util.List;

/** Where a registry keeps its definitions: the topic {@code spaces}, or the heap in tests. */
public interface SpaceStorage {
  /**
   * One kept definition.
   *
   * @param id id of the space
   * @param definition the definition as JSON
   * @param ledger what is remembered beside it, as JSON
   */
  record Stored(String id, byte[] definition, byte[] ledger) {}

  /** Everything that is kept, the newest of each space. */
  List<Stored> load();

  /** Replaces what is kept of a space; returns when that is durable. */
  void store(Stored stored);
}
