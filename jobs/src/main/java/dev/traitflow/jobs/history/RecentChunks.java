package dev.traitflow.jobs.history;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of histories used lately, of all profiles of a subtask. As the edge of a window moves
 * through a chunk it comes back for every event in it. Bounded by bytes; an append goes to the
 * chunk here as to the one that is stored, so that none is ever old.
 */
final class RecentChunks {
  private static final long BYTES_MAX = 96L << 20;

  private record Place(String profile, int chunk) {}

  private final Map<Place, HistoryChunk> chunks = new LinkedHashMap<>(1024, 0.75f, true);
  private long bytes;

  /** The chunk, or null if it is not here. */
  @Nullable HistoryChunk get(String profile, int chunk) {
    return chunks.get(new Place(profile, chunk));
  }

  /** Keeps a whole chunk. */
  void put(String profile, int chunk, HistoryChunk events) {
    forget(profile, chunk);
    chunks.put(new Place(profile, chunk), events);
    bytes += events.heapBytes();
    Iterator<HistoryChunk> eldest = chunks.values().iterator();
    while (bytes > BYTES_MAX && eldest.hasNext()) {
      bytes -= eldest.next().heapBytes();
      eldest.remove();
    }
  }

  /** Puts an event into a chunk if that is here. */
  void insert(String profile, int chunk, StoredEvent event) {
    HistoryChunk known = get(profile, chunk);
    if (known != null) {
      bytes -= known.heapBytes();
      known.insert(event);
      bytes += known.heapBytes();
    }
  }

  /** Forgets a chunk. */
  void forget(String profile, int chunk) {
    HistoryChunk gone = chunks.remove(new Place(profile, chunk));
    if (gone != null) {
      bytes -= gone.heapBytes();
    }
  }
}
