package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.ProfileStore;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.jobs.runtime.FixedBytesSerializer;
import dev.traitflow.jobs.runtime.HistoryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The history of the operator's current key, in keyed state. Events lie in blocks of a week, each a
 * namespace of one map, so that an append is one put and a scan reads the weeks it touches. Which
 * weeks there are stands in a directory that changes once a week at most.
 */
final class KeyedProfileStore implements ProfileStore {
  /**
   * Key: a profile, namespace: a week; entries: {@link HistoryKey} to the event as {@code
   * ResolvedEvent}. Bound: the profile's events. Cleared by {@link #clear}.
   */
  static final MapStateDescriptor<byte[], byte[]> BLOCK =
      new MapStateDescriptor<>(
          "profile-history", FixedBytesSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  /** Key: a profile; contents: its weeks with events. Bound: its active weeks. */
  static final ValueStateDescriptor<byte[]> WEEKS =
      new ValueStateDescriptor<>("profile-weeks", BytePrimitiveArraySerializer.INSTANCE);

  /**
   * Length of a block. Shorter, and a scan of a usual profile's months seeks for every few events;
   * longer, and the edge of a window reads past more events of a busy profile than it wants.
   */
  private static final long BLOCK_MILLIS = 7 * 86_400_000L;

  /** Gives the block of one week of the current key. */
  interface Blocks {
    MapState<byte[], byte[]> of(long week) throws Exception;
  }

  private final String key;
  private final RecentBlocks recent;
  private final Blocks blocks;
  private final ValueState<byte[]> weeksState;
  private final @Nullable AccountUsers accountUsers;
  private @Nullable NavigableSet<Long> weeks;
  private byte[] appending = Event.NONE;

  /**
   * A store of the current key. One object serves one key: it remembers the key's directory.
   *
   * @param accountUsers what the account knows of its users; null for the history of a user
   */
  KeyedProfileStore(
      String key,
      RecentBlocks recent,
      Blocks blocks,
      ValueState<byte[]> weeksState,
      @Nullable AccountUsers accountUsers) {
    this.key = key;
    this.recent = recent;
    this.blocks = blocks;
    this.weeksState = weeksState;
    this.accountUsers = accountUsers;
  }

  /** Appends an event whose bytes are at hand. */
  void append(Event event, byte[] resolved) {
    appending = resolved;
    append(event);
  }

  /** The event as a scan of this history would show it. */
  Event read(ResolvedEvent resolved) {
    return accountUsers == null ? resolved.event() : resolved.accountEvent();
  }

  /** What the account knows of its users; only of an account's history. */
  AccountUsers accountUsers() {
    if (accountUsers == null) {
      throw new IllegalStateException("history: got that of a user (expected an account's)");
    }
    return accountUsers;
  }

  @Override
  public ActingUsers users() {
    return accountUsers == null ? ActingUsers.UNKNOWN : accountUsers;
  }

  @Override
  public void append(Event event) {
    try {
      long week = Math.floorDiv(event.timestamp(), BLOCK_MILLIS);
      recent.forget(key, week);
      blocks.of(week).put(HistoryKey.of(event.timestamp(), event.messageId()), appending);
      if (weeks().add(week)) {
        ByteWriter out = new ByteWriter(weeks().size() * 4 + 8).writeInt(weeks().size());
        long before = 0;
        for (long each : weeks()) {
          out.writeLong(each - before);
          before = each;
        }
        weeksState.update(out.toBytes());
      }
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot append", e);
    }
  }

  @Override
  public boolean contains(long timestamp, String messageId) {
    try {
      long week = Math.floorDiv(timestamp, BLOCK_MILLIS);
      return weeks().contains(week)
          && blocks.of(week).contains(HistoryKey.of(timestamp, messageId));
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be read", e);
    }
  }

  @Override
  public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
    if (toInclusive <= fromExclusive) {
      return;
    }
    long first = Math.floorDiv(Math.max(fromExclusive, -1) + 1, BLOCK_MILLIS);
    long last = Math.floorDiv(toInclusive, BLOCK_MILLIS);
    for (long week : weeks().subSet(first, true, last, true)) {
      if (!scanBlock(week, fromExclusive, toInclusive, visitor)) {
        return;
      }
    }
  }

  private boolean scanBlock(long week, long from, long to, Predicate<Event> visitor) {
    List<Event> sameMilli = new ArrayList<>();
    for (Map.Entry<byte[], byte[]> entry : entries(week)) {
      long timestamp = HistoryKey.timestamp(entry.getKey());
      if (timestamp <= from) {
        continue;
      }
      if (timestamp > to) {
        break;
      }
      if (!sameMilli.isEmpty() && sameMilli.get(0).timestamp() != timestamp) {
        if (!visit(sameMilli, visitor)) {
          return false;
        }
      }
      sameMilli.add(read(ResolvedEvent.CODEC.decode(entry.getValue())));
    }
    return visit(sameMilli, visitor);
  }

  /** Visits events of one millisecond in messageId order, which their keys do not have. */
  private static boolean visit(List<Event> events, Predicate<Event> visitor) {
    if (events.size() > 1) {
      events.sort(Event.HISTORY_ORDER);
    }
    for (Event event : events) {
      if (!visitor.test(event)) {
        return false;
      }
    }
    events.clear();
    return true;
  }

  /** Forgets the whole history of the current key. */
  void clear() {
    try {
      for (long week : weeks()) {
        recent.forget(key, week);
        blocks.of(week).clear();
      }
      weeksState.clear();
      weeks = null;
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be cleared", e);
    }
  }

  private Iterable<Map.Entry<byte[], byte[]>> entries(long week) {
    List<Map.Entry<byte[], byte[]>> known = recent.get(key, week);
    if (known != null) {
      return known;
    }
    try {
      List<Map.Entry<byte[], byte[]>> read = new ArrayList<>();
      for (Map.Entry<byte[], byte[]> entry : blocks.of(week).entries()) {
        if (read.size() == RecentBlocks.ENTRIES_MAX) {
          return blocks.of(week).entries();
        }
        read.add(Map.entry(entry.getKey(), entry.getValue()));
      }
      recent.put(key, week, read);
      return read;
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be read", e);
    }
  }

  private NavigableSet<Long> weeks() {
    NavigableSet<Long> known = weeks;
    if (known == null) {
      known = new TreeSet<>();
      byte[] stored = stored();
      if (stored != null) {
        ByteReader in = new ByteReader(stored);
        long week = 0;
        for (int left = in.readInt(); left > 0; left--) {
          week += in.readLong();
          known.add(week);
        }
      }
      weeks = known;
    }
    return known;
  }

  private byte @Nullable [] stored() {
    try {
      return weeksState.value();
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be read", e);
    }
  }
}
