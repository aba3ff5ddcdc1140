package dev.traitflow.jobs.history;

import dev.traitflow.core.trait.TraitLevel;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator keeps its histories: keyed state, and the chunks used lately on the heap. One
 * object serves all keys of a subtask.
 */
public final class HistoryStates {
  /**
   * Key: a profile, namespace: a chunk; elements: {@link StoredEvent}. Bound: the profile's events.
   * Cleared with the profile.
   */
  public static final ListStateDescriptor<byte[]> CHUNK =
      new ListStateDescriptor<>("profile-chunks", BytePrimitiveArraySerializer.INSTANCE);

  /**
   * Key: a profile; entries: page id to its chunks; its negative to {@link PartSummaries} of them.
   * The newest page's chunks are not here. Bound: a part of the events. Cleared with the profile.
   */
  private static final MapStateDescriptor<Integer, byte[]> PAGES =
      new MapStateDescriptor<>(
          "profile-pages", IntSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  /** Gives access to the chunks of the current key. */
  public interface Chunks {
    /** The state described by {@link #CHUNK} in the namespace of a chunk. */
    ListState<byte[]> of(int chunk) throws Exception;
  }

  private final Chunks chunks;
  private final MapState<Integer, byte[]> pages;
  private final @Nullable MapState<String, byte[]> users;
  private final RecentChunks recent = new RecentChunks();

  /**
   * The histories in some states.
   *
   * @param users what accounts know of their users; null for the histories of users
   */
  HistoryStates(
      Chunks chunks, MapState<Integer, byte[]> pages, @Nullable MapState<String, byte[]> users) {
    this.chunks = chunks;
    this.pages = pages;
    this.users = users;
  }

  /** The histories of the operator that {@code chunks} and {@code context} belong to. */
  public static HistoryStates of(TraitLevel level, Chunks chunks, RuntimeContext context) {
    return new HistoryStates(
        chunks,
        context.getMapState(PAGES),
        level == TraitLevel.ACCOUNT ? context.getMapState(AccountUsers.USERS) : null);
  }

  /**
   * The history of the current key.
   *
   * @param directory its {@link KeyedProfileStore#directory} as it was stored, empty for no events
   */
  public KeyedProfileStore history(String key, byte[] directory) {
    AccountUsers accountUsers = users == null ? null : new AccountUsers(users);
    return new KeyedProfileStore(key, this, directory, accountUsers);
  }

  /** Appends to a chunk of the current key. */
  void append(String key, int chunk, StoredEvent event) {
    recent.insert(key, chunk, event);
    try {
      chunks.of(chunk).add(event.bytes());
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot append", e);
    }
  }

  /** Writes a whole chunk of the current key. */
  void write(String key, int chunk, List<StoredEvent> events) {
    recent.put(key, chunk, new HistoryChunk(events));
    try {
      chunks.of(chunk).update(events.stream().map(StoredEvent::bytes).toList());
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be written", e);
    }
  }

  /** Reads a chunk of the current key. */
  HistoryChunk read(String key, int chunk) {
    HistoryChunk known = recent.get(key, chunk);
    if (known == null) {
      List<StoredEvent> events = new ArrayList<>();
      try {
        Iterable<byte[]> stored = chunks.of(chunk).get();
        if (stored != null) { // Null: every event of the chunk was taken out.
          stored.forEach(bytes -> events.add(StoredEvent.of(bytes)));
        }
      } catch (Exception e) {
        throw new FlinkRuntimeException("history: cannot be read", e);
      }
      known = new HistoryChunk(events);
      recent.put(key, chunk, known);
    }
    return known;
  }

  /** Forgets a chunk of the current key. */
  void clear(String key, int chunk) {
    recent.forget(key, chunk);
    try {
      chunks.of(chunk).clear();
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be cleared", e);
    }
  }

  /** The chunks of a page of the current key. */
  byte[] page(int page) {
    byte[] bytes = get(page);
    if (bytes == null) {
      throw new IllegalStateException("history: got no page " + page + " (expected its chunks)");
    }
    return bytes;
  }

  void putPage(int page, byte[] bytes) {
    put(page, bytes);
  }

  /** What is summarized of a page of the current key. */
  PartSummaries summaries(int page) {
    return PartSummaries.of(get(-page));
  }

  /** Writes the summaries of a page, if any changed. */
  void putSummaries(int page, PartSummaries summaries) {
    if (summaries.isChanged()) {
      put(-page, summaries.encode());
    }
  }

  /** Forgets all pages of the current key. */
  void clearPages() {
    pages.clear();
  }

  private byte @Nullable [] get(int page) {
    try {
      return pages.get(page);
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be read", e);
    }
  }

  private void put(int page, byte[] bytes) {
    try {
      pages.put(page, bytes);
    } catch (Exception e) {
      throw new FlinkRuntimeException("history: cannot be written", e);
    }
  }
}
