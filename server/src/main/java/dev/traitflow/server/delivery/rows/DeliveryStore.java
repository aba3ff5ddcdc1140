package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.delivery.LastSent;
import dev.traitflow.server.delivery.rows.DeliveryTables.Answers;
import dev.traitflow.server.delivery.rows.DeliveryTables.Captured;
import dev.traitflow.server.delivery.rows.DeliveryTables.Filtered;
import dev.traitflow.server.delivery.rows.DeliveryTables.Marks;
import dev.traitflow.server.delivery.rows.DeliveryTables.Pending;
import dev.traitflow.server.delivery.rows.DeliveryTables.Sent;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What delivery keeps: marks of what changed, what was sent last, calls not taken yet, and what
 * capture destinations received. It lies in the store's own database, so that a mark is in the
 * batch of its change. Everything is changed through {@link Work}, all of it or nothing.
 */
public final class DeliveryStore {
  private final RowStore rows;
  private final AtomicLong nextMark;
  private final AtomicLong nextCall;

  /** How a capture destination answers for some time instead of taking calls. */
  public record PlannedAnswer(int status, int times) {}

  /** Opens what lies in {@code rows}. Cost: every mark, open call and captured call is read. */
  public DeliveryStore(RowStore rows) {
    this.rows = rows;
    this.nextMark = new AtomicLong(newestMark() + 1);
    long newestPending = pending().stream().mapToLong(PendingCall::number).max().orElse(0);
    this.nextCall = new AtomicLong(Math.max(newestPending, newestCaptured()) + 1);
  }

  /** The number of the next mark. */
  public AtomicLong nextMark() {
    return nextMark;
  }

  /** The number a mark made now would get: all that were made so far are smaller. */
  public long markNumber() {
    return nextMark.get();
  }

  /** A number for a call, greater than those of all before it. */
  public long nextCall() {
    return nextCall.getAndIncrement();
  }

  /** The oldest marks below a number, in their order. */
  public Map<Long, DeliveryMark> marks(long below, int limit) {
    Map<Long, DeliveryMark> marks = new LinkedHashMap<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.MARKS.prefix(),
          (key, value) -> {
            long number = Marks.number(key);
            if (number >= below || marks.size() >= limit) {
              return false;
            }
            marks.put(number, DeliveryMark.CODEC.decode(value));
            return true;
          });
    }
    return marks;
  }

  /** What a destination was told last of a value. */
  public LastSent lastSent(String space, String profile, String key, String destination) {
    byte[] stored = rows.get(Sent.key(space, profile, key, destination));
    return stored == null ? LastSent.NEVER : LastSent.CODEC.decode(stored);
  }

  /** Every call not taken yet. */
  public List<PendingCall> pending() {
    List<PendingCall> calls = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.PENDING.prefix(), (key, value) -> calls.add(PendingCall.CODEC.decode(value)));
    }
    return calls;
  }

  /** What a capture destination received, in order, each as JSON. */
  public List<byte[]> captured(String destination) {
    List<byte[]> captured = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(Captured.ofDestination(destination), (key, value) -> captured.add(value));
    }
    return captured;
  }

  /**
   * What a capture destination received last.
   *
   * @return the calls as JSON by their numbers, the newest first
   */
  public Map<Long, byte[]> newestCaptured(String destination, int limit) {
    Map<Long, byte[]> captured = new LinkedHashMap<>();
    byte[] prefix = Captured.ofDestination(destination);
    try (RowStore.Picture picture = rows.picture();
        RocksIterator row = picture.iterator()) {
      row.seekForPrev(Captured.key(destination, Long.MAX_VALUE));
      while (row.isValid() && captured.size() < limit && RowStore.startsWith(row.key(), prefix)) {
        captured.put(Captured.number(row.key()), row.value());
        row.prev();
      }
    }
    return captured;
  }

  /** How many events were not sent to a destination, by the reason. */
  public Map<String, Long> filtered(String destination) {
    Map<String, Long> counts = new LinkedHashMap<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Filtered.ofDestination(destination),
          (key, value) -> {
            counts.put(Filtered.reason(key), Filtered.decode(value));
            return true;
          });
    }
    return counts;
  }

  /** How a capture destination answers for now; empty if it takes what comes. */
  public Optional<PlannedAnswer> plannedAnswer(String destination) {
    byte[] stored = rows.get(Answers.key(destination));
    return stored == null ? Optional.empty() : Optional.of(Answers.decode(stored));
  }

  /** Changes to be made together; to be closed. */
  public Work work() {
    return new Work();
  }

  /** Changes that become visible together. Not thread-safe. */
  public final class Work implements AutoCloseable {
    private final WriteBatch batch = new WriteBatch();

    private Work() {}

    /** The mark was worked on. */
    public void done(long mark) {
      delete(Marks.key(mark));
    }

    /** This is what a destination was told last. */
    public void setLastSent(
        String space, String profile, String key, String destination, LastSent sent) {
      put(Sent.key(space, profile, key, destination), LastSent.CODEC.encode(sent));
    }

    /**
     * A profile was merged away: the survivor takes over what destinations know of its values,
     * where they know nothing of the survivor's own; calls about the other profile are dropped.
     */
    public void inherit(String space, String survivor, String loser) {
      try (RowStore.Picture picture = rows.picture()) {
        picture.scan(
            Sent.ofProfile(space, loser),
            (row, value) -> {
              byte[] key = Sent.of(row, space, survivor);
              if (picture.get(key) == null) {
                put(key, LastSent.CODEC.encode(LastSent.CODEC.decode(value).inherited()));
              }
              delete(row);
              return true;
            });
        drop(picture, Pending.ofProfile(space, loser).bytes());
      }
    }

    /** Calls about a value that wait for another attempt are obsolete. */
    public void supersede(String space, String profile, String key, String destination) {
      try (RowStore.Picture picture = rows.picture()) {
        drop(picture, Pending.ofProfile(space, profile).text(key).text(destination).bytes());
      }
    }

    /** A call is to be made. */
    public void putPending(PendingCall call) {
      put(Pending.key(call), PendingCall.CODEC.encode(call));
    }

    /** A call was taken or given up. */
    public void removePending(PendingCall call) {
      delete(Pending.key(call));
    }

    /** A capture destination received something. */
    public void capture(String destination, byte[] json) {
      put(Captured.key(destination, nextCall()), json);
    }

    /** Forgets what a capture destination received. */
    public void emptyCapture(String destination) {
      try (RowStore.Picture picture = rows.picture()) {
        drop(picture, Captured.ofDestination(destination));
      }
    }

    /** A capture destination is to answer so. */
    public void plan(String destination, PlannedAnswer answer) {
      if (answer.times > 0) {
        put(Answers.key(destination), Answers.encode(answer));
      } else {
        delete(Answers.key(destination));
      }
    }

    /** Makes the changes. */
    public void commit() {
      rows.write(batch);
      batch.clear();
    }

    @Override
    public void close() {
      batch.close();
    }

    private void drop(RowStore.Picture picture, byte[] prefix) {
      picture.scan(
          prefix,
          (row, value) -> {
            delete(row);
            return true;
          });
    }

    private void put(byte[] key, byte[] value) {
      try {
        batch.put(key, value);
      } catch (RocksDBException failure) {
        throw new IllegalStateException("store: a delivery could not be added", failure);
      }
    }

    private void delete(byte[] key) {
      try {
        batch.delete(key);
      } catch (RocksDBException failure) {
        throw new IllegalStateException("store: a delivery could not be removed", failure);
      }
    }
  }

  private long newestCaptured() {
    long[] newest = {0};
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.CAPTURED.prefix(),
          (key, value) -> {
            newest[0] = Math.max(newest[0], Captured.number(key));
            return true;
          });
    }
    return newest[0];
  }

  private long newestMark() {
    long[] newest = {0};
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.MARKS.prefix(),
          (key, value) -> {
            newest[0] = Marks.number(key);
            return true;
          });
    }
    return newest[0];
  }
}
