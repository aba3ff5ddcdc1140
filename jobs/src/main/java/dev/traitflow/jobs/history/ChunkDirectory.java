package dev.traitflow.jobs.history;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of a profile's history lie: chunks in order of time, cut by number and size, so
 * that none is long however dense the history. Chunks stand in pages; the newest page is part of
 * the profile's state, the older ones are read when an event or an edge of a window comes to them.
 * Mutable, not thread-safe.
 */
final class ChunkDirectory {
  private static final int VERSION_1 = 1;

  /** A chunk that has so many events is not appended to if that can be helped. */
  static final int EVENTS_FULL = 128;

  /** The same for its bytes. */
  static final int BYTES_FULL = 64 << 10;

  /** Pages of twice this are cut in two. */
  private static final int PAGE_CHUNKS = 128;

  private static final int SUMMARIZED = 1;

  /** One chunk. Its events are before those of the next. */
  static final class Chunk {
    final int id;

    /** No event is before this; epoch milliseconds. */
    long first;

    int events;
    int bytes;

    /** True if some summary of it is stored and right. */
    boolean summarized;

    Chunk(int id, long first) {
      this.id = id;
      this.first = first;
    }

    boolean isFull() {
      return events >= EVENTS_FULL || bytes >= BYTES_FULL;
    }

    boolean isOverfull() {
      return events >= 2 * EVENTS_FULL || (bytes >= 2 * BYTES_FULL && events > 1);
    }
  }

  /** Some chunks that follow each other. */
  static final class Page {
    final int id;
    long first;

    /** True if some summary of all of it is stored and right. */
    boolean summarized;

    private @Nullable List<Chunk> chunks;
    private boolean dirty;

    Page(int id, long first) {
      this.id = id;
      this.first = first;
    }
  }

  /**
   * A place among the chunks.
   *
   * @param page index of the page
   * @param chunk index in the page
   */
  record Place(int page, int chunk) {}

  private final IntFunction<byte[]> stored;
  private final List<Page> pages = new ArrayList<>();
  private int nextId = 1;
  private long newest = -1;

  /**
   * A directory of encoded bytes, of no events if there are none.
   *
   * @param stored gives the bytes of a page by its id
   */
  ChunkDirectory(byte[] bytes, IntFunction<byte[]> stored) {
    this.stored = stored;
    if (bytes.length == 0) {
      return;
    }
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_1, "chunk directory");
    nextId = in.readInt();
    newest = in.readLong();
    long first = 0;
    for (int left = in.readInt(); left > 0; left--) {
      first += in.readLong();
      Page page = new Page(in.readInt(), first);
      page.summarized = in.readBoolean();
      pages.add(page);
    }
    if (!pages.isEmpty()) {
      pages.get(pages.size() - 1).chunks = readChunks(in);
    }
  }

  boolean isEmpty() {
    return pages.isEmpty();
  }

  List<Page> pages() {
    return pages;
  }

  List<Chunk> chunks(int page) {
    Page wanted = pages.get(page);
    List<Chunk> known = wanted.chunks;
    if (known == null) {
      known = readChunks(new ByteReader(stored.apply(wanted.id)));
      wanted.chunks = known;
    }
    return known;
  }

  Chunk at(Place place) {
    return chunks(place.page).get(place.chunk);
  }

  /** Where an event of this timestamp is or would be; only of a directory that is not empty. */
  Place find(long timestamp) {
    int page = 0;
    for (int low = 1, high = pages.size() - 1; low <= high; ) {
      int middle = (low + high) >>> 1;
      if (pages.get(middle).first <= timestamp) {
        page = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    List<Chunk> chunks = chunks(page);
    int chunk = 0;
    for (int low = 1, high = chunks.size() - 1; low <= high; ) {
      int middle = (low + high) >>> 1;
      if (chunks.get(middle).first <= timestamp) {
        chunk = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return new Place(page, chunk);
  }

  /** The place after this one; null if it is the last. */
  @Nullable Place next(Place place) {
    if (place.chunk + 1 < chunks(place.page).size()) {
      return new Place(place.page, place.chunk + 1);
    }
    return place.page + 1 < pages.size() ? new Place(place.page + 1, 0) : null;
  }

  /** A timestamp after all events of the page; {@link Long#MAX_VALUE} for the last. */
  long end(int page) {
    return page + 1 < pages.size() ? pages.get(page + 1).first : Long.MAX_VALUE;
  }

  /** A timestamp after all events of the chunk; {@link Long#MAX_VALUE} for the last. */
  long end(Place place) {
    List<Chunk> chunks = chunks(place.page);
    return place.chunk + 1 < chunks.size() ? chunks.get(place.chunk + 1).first : end(place.page);
  }

  /** Makes room for an event and says where; the chunk may be {@link Chunk#isOverfull} then. */
  Place take(long timestamp, int bytes) {
    if (pages.isEmpty()) {
      Page page = new Page(nextId++, timestamp);
      page.chunks = new ArrayList<>(List.of(new Chunk(nextId++, timestamp)));
      pages.add(page);
    }
    Place place = find(timestamp);
    if (timestamp > newest && next(place) == null && at(place).isFull()) {
      place = addBehind(place, timestamp);
    }
    newest = Math.max(newest, timestamp);
    Page page = pages.get(place.page);
    Chunk chunk = at(place);
    chunk.events++;
    chunk.bytes += bytes;
    chunk.summarized = false;
    page.summarized = false;
    page.dirty = true;
    if (timestamp < chunk.first) {
      chunk.first = timestamp;
      page.first = Math.min(page.first, timestamp);
    }
    return place;
  }

  /** Cuts a chunk: what is from {@code first} on is another's. Places found before are void. */
  Chunk split(Place place, long first) {
    chunks(place.page).get(place.chunk).summarized = false;
    return at(addBehind(place, first));
  }

  private Place addBehind(Place place, long first) {
    List<Chunk> chunks = chunks(place.page);
    Page page = pages.get(place.page);
    chunks.add(place.chunk + 1, new Chunk(nextId++, first));
    page.dirty = true;
    page.summarized = false;
    if (chunks.size() < 2 * PAGE_CHUNKS) {
      return new Place(place.page, place.chunk + 1);
    }
    List<Chunk> upper = chunks.subList(PAGE_CHUNKS, chunks.size());
    Page second = new Page(nextId++, upper.get(0).first);
    // Summaries lie with the page they were made in.
    upper.forEach(chunk -> chunk.summarized = false);
    second.chunks = new ArrayList<>(upper);
    second.dirty = true;
    upper.clear();
    pages.add(place.page + 1, second);
    int chunk = place.chunk + 1;
    return chunk < PAGE_CHUNKS
        ? new Place(place.page, chunk)
        : new Place(place.page + 1, chunk - PAGE_CHUNKS);
  }

  /** Notes that events were taken out of a chunk: no summary of it holds. */
  void rewritten(Place place) {
    at(place).summarized = false;
    pages.get(place.page).summarized = false;
    touch(place.page);
  }

  /** Notes that flags of the page changed. */
  void touch(int page) {
    pages.get(page).dirty = true;
  }

  /** The bytes, without the older pages: of these, those that changed are given to {@code put}. */
  byte[] encode(BiConsumer<Integer, byte[]> put) {
    if (pages.isEmpty()) {
      return new byte[0];
    }
    ByteWriter out =
        new ByteWriter(32)
            .writeByte(VERSION_1)
            .writeInt(nextId)
            .writeLong(newest)
            .writeInt(pages.size());
    long before = 0;
    for (Page page : pages) {
      out.writeLong(page.first - before).writeInt(page.id).writeBoolean(page.summarized);
      before = page.first;
    }
    int last = pages.size() - 1;
    for (int i = 0; i < last; i++) {
      Page page = pages.get(i);
      if (page.dirty) {
        ByteWriter whole = new ByteWriter(PAGE_CHUNKS * 12);
        writeChunks(whole, chunks(i));
        put.accept(page.id, whole.toBytes());
        page.dirty = false;
      }
    }
    writeChunks(out, chunks(last));
    return out.toBytes();
  }

  private static void writeChunks(ByteWriter out, List<Chunk> chunks) {
    out.writeInt(chunks.size());
    long before = 0;
    for (Chunk chunk : chunks) {
      out.writeInt(chunk.id)
          .writeLong(chunk.first - before)
          .writeInt(chunk.events)
          .writeInt(chunk.bytes)
          .writeByte(chunk.summarized ? SUMMARIZED : 0);
      before = chunk.first;
    }
  }

  private static List<Chunk> readChunks(ByteReader in) {
    List<Chunk> chunks = new ArrayList<>();
    long first = 0;
    for (int left = in.readInt(); left > 0; left--) {
      int id = in.readInt();
      first += in.readLong();
      Chunk chunk = new Chunk(id, first);
      chunk.events = in.readInt();
      chunk.bytes = in.readInt();
      chunk.summarized = in.readByte() == SUMMARIZED;
      chunks.add(chunk);
    }
    return chunks;
  }
}
