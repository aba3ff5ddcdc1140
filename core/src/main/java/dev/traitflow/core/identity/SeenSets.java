package dev.traitflow.core.identity;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sets of identifiers that events carried lately and that belong to one profile each: most
 * events carry such a set, and then nothing needs to be read. On the heap, shared by all graphs of
 * a lane so that its bound is one for all spaces. Exact: a set is compared by its identifiers, not
 * by a hash. Not thread-safe.
 */
public final class SeenSets {
  /** About 300 bytes a set: 30 MB at most. */
  private static final int SETS_MAX = 100_000;

  /** With more profiles merged away than this, a graph's sets are forgotten. */
  private static final int MOVED_MAX = 10_000;

  private final Map<String, String> owners =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > SETS_MAX;
        }
      };
  private long generations;

  /** No sets. */
  public SeenSets() {}

  /** One graph's sets. */
  final class OfGraph {
    private final Map<String, String> moved = new HashMap<>();
    private String generation = nextGeneration();

    private OfGraph() {}

    /** The profile that owns all identifiers of the set, if that is known; else null. */
    @Nullable String owner(String set) {
      String owner = owners.get(set);
      while (owner != null && moved.containsKey(owner)) {
        owner = moved.get(owner);
      }
      return owner;
    }

    /** Notes that the canonical profile owns all identifiers of the set. */
    void add(String set, String profile) {
      owners.put(set, profile);
    }

    /** Notes merges: what the losers owned is the survivor's. */
    void merged(List<Merge> merges) {
      for (Merge merge : merges) {
        moved.put(merge.loser().id(), merge.survivor());
      }
      if (moved.size() > MOVED_MAX) {
        forget();
      }
    }

    /** An identifier may have left its profile: no set is known any more. */
    void forget() {
      moved.clear();
      // The sets themselves age away.
      generation = nextGeneration();
    }

    /** Names a set, until {@link #forget}. */
    String key(List<Identifier> ids) {
      StringBuilder key = new StringBuilder(128).append(generation);
      for (Identifier id : ids) {
        // A length in front of each value, so that no two sets read the same.
        key.append(id.type()).append(' ').append(id.value().length()).append(' ');
        key.append(id.value());
      }
      return key.toString();
    }
  }

  /** A graph's share, empty. */
  OfGraph ofGraph() {
    return new OfGraph();
  }

  private String nextGeneration() {
    generations++;
    return generations + " ";
  }
}
