package dev.traitflow.server.store.read;

import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.Tables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.rocksdb.RocksIterator;

/**
 * Reads the histories of the profiles merged into one as one history, in either direction. Events
 * stay under the profile they were resolved to, so a merge moves nothing; the price is an iterator
 * for each merged profile.
 */
final class HistoryScan implements AutoCloseable {
  private final boolean ascending;
  private final byte[] from;
  private final byte[] to;
  private final List<RocksIterator> iterators = new ArrayList<>();
  private final PriorityQueue<Cursor> queue;

  private static final class Cursor {
    private final RocksIterator iterator;
    private final byte[] prefix;
    private byte[] order = new byte[0];

    Cursor(RocksIterator iterator, byte[] prefix) {
      this.iterator = iterator;
      this.prefix = prefix;
    }

    /** Takes the place in the order from the key: timestamp and messageId. False at the end. */
    boolean read() {
      if (!iterator.isValid() || !RowStore.startsWith(iterator.key(), prefix)) {
        return false;
      }
      byte[] key = iterator.key();
      order = Arrays.copyOfRange(key, prefix.length, key.length);
      return true;
    }
  }

  /**
   * Opens a scan.
   *
   * @param from first timestamp, inclusive
   * @param to first timestamp behind, exclusive
   */
  HistoryScan(
      RowStore.Picture picture,
      String space,
      List<String> profiles,
      long from,
      long to,
      boolean ascending) {
    this.ascending = ascending;
    Comparator<Cursor> order = (a, b) -> Arrays.compareUnsigned(a.order, b.order);
    queue = new PriorityQueue<>(ascending ? order : order.reversed());
    for (String profile : profiles) {
      byte[] prefix = Tables.Events.ofProfile(space, profile).bytes();
      RocksIterator iterator = picture.iterator();
      iterators.add(iterator);
      if (ascending) {
        iterator.seek(at(space, profile, from));
      } else {
        iterator.seekForPrev(at(space, profile, to));
      }
      Cursor cursor = new Cursor(iterator, prefix);
      if (cursor.read()) {
        queue.add(cursor);
      }
    }
    this.from = StoreKey.ordered(from);
    this.to = StoreKey.ordered(to);
  }

  private static byte[] at(String space, String profile, long timestamp) {
    return Tables.Events.ofProfile(space, profile).number(timestamp).bytes();
  }

  /** Visits the events in order until the visitor answers false. */
  void visit(Predicate<ResolvedEvent> visitor) {
    byte[] last = new byte[0];
    while (true) {
      Cursor next = queue.poll();
      if (next == null || isBeyond(next.order)) {
        return;
      }
      // The same event in two of the merged profiles is one event.
      if (!Arrays.equals(last, next.order)) {
        last = next.order;
        if (!visitor.test(ResolvedEvent.CODEC.decode(next.iterator.value()))) {
          return;
        }
      }
      if (ascending) {
        next.iterator.next();
      } else {
        next.iterator.prev();
      }
      if (next.read()) {
        queue.add(next);
      }
    }
  }

  private boolean isBeyond(byte[] order) {
    return ascending
        ? Arrays.compareUnsigned(order, to) >= 0
        : Arrays.compareUnsigned(order, from) < 0;
  }

  @Override
  public void close() {
    iterators.forEach(RocksIterator::close);
  }
}
