package dev.traitflow.jobs.profile;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Where an operator keeps its histories: keyed state, and the chunks used lately on the heap. */
final class HistoryStates {
  /**
   * Key: a profile, namespace: a chunk; elements: {@link StoredEvent}. Bound: the profile's events.
   * Cleared with the profile.
   */
  static final ListStateDescriptor<byte[]> CHUNK =
      new ListStateDescriptor<>("profile-chunks", BytePrimitiveArraySerializer.INSTANCE);

  /**
   * Key: a profile; entries: page id to its chunks; its negative to {@link PartSummaries} of them.
   * The newest page's chunks are not here. Bound: a part of the events. Cleared with the profile.
   */
  static final MapStateDescriptor<Integer, byte[]> PAGES =
      new MapStateDescriptor<>(
          "profile-pages", IntSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  /** Gives a chunk of the current key. */
  interface Chunks {
    ListState<byte[]> of(int chunk) throws Exception;
  }

  private final Chunks chunks;
  private final MapState<Integer, byte[]> pages;
  private final RecentChunks recent = new RecentChunks();

  HistoryStates(Chunks chunks, MapState<Integer, byte[]> pages) {
    this.chunks = chunks;
    this.pages = pages;
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
