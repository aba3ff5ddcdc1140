package dev.traitflow.jobs.profile;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of histories read lately, as they are stored. As a window's edge moves through a week it
 * comes back to the same block for every event in it; seeking in RocksDB each time cost more than
 * the fold itself. Bounded by bytes; a block that is written to is forgotten, so none is ever old.
 */
final class RecentBlocks {
  private static final long BYTES_MAX = 64L << 20;

  /** Longer blocks are read again: a scan seldom wants all of them. */
  static final int ENTRIES_MAX = 64;

  private static final int ENTRY_OVERHEAD = 100;

  private record Place(String profile, long week) {}

  private record Block(List<Map.Entry<byte[], byte[]>> entries, long bytes) {
    static Block of(List<Map.Entry<byte[], byte[]>> entries) {
      long bytes = ENTRY_OVERHEAD;
      for (Map.Entry<byte[], byte[]> entry : entries) {
        bytes += ENTRY_OVERHEAD + entry.getValue().length;
      }
      return new Block(entries, bytes);
    }
  }

  private final Map<Place, Block> blocks = new LinkedHashMap<>(1024, 0.75f, true);
  private long bytes;

  /** The block's entries in their order, or null if it is not here. */
  @Nullable List<Map.Entry<byte[], byte[]>> get(String profile, long week) {
    Block block = blocks.get(new Place(profile, week));
    return block == null ? null : block.entries();
  }

  /** Keeps a whole block. */
  void put(String profile, long week, List<Map.Entry<byte[], byte[]>> entries) {
    forget(profile, week);
    Block block = Block.of(entries);
    blocks.put(new Place(profile, week), block);
    bytes += block.bytes();
    Iterator<Block> eldest = blocks.values().iterator();
    while (bytes > BYTES_MAX && eldest.hasNext()) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /** Forgets a block, because it changes. */
  void forget(String profile, long week) {
    Block gone = blocks.remove(new Place(profile, week));
    if (gone != null) {
      bytes -= gone.bytes();
    }
  }
}
