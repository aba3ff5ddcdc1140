package dev.traitflow.jobs.history;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.profile.ProfileStore;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Tally;
import dev.traitflow.jobs.history.ChunkDirectory.Chunk;
import dev.traitflow.jobs.history.ChunkDirectory.Page;
import dev.traitflow.jobs.history.ChunkDirectory.Place;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The history of one profile, in keyed state; used while the profile is the operator's current key.
 *
 * <p>Events lie in chunks, each a list in a namespace of its own: an append is one write that reads
 * nothing, and a chunk is read whole with one read. The {@link ChunkDirectory} says where they are;
 * it is part of the profile's state. Of parts that a window covers whole, summaries are kept, so
 * that a window need not be read whole when an extreme leaves it (decision 0009).
 */
public final class KeyedProfileStore implements ProfileStore {
  /** Where {@link #purge} begins: every event is checked. */
  public static final long PURGE_ALL = -1;

  /** What {@link #purge} returns when every event was checked. */
  public static final long PURGED = Long.MAX_VALUE;

  /** Chunks that are looked into for the next event of some names; beyond, any event will do. */
  private static final int LOOK_AHEAD_CHUNKS = 2;

  /** The part of a page's summaries that stands for all of the page. */
  private static final int WHOLE_PAGE = 0;

  /** So many events at the beginning of a range are looked at one by one. */
  private static final int CANDIDATES = 256;

  private final String key;
  private final HistoryStates states;
  private final @Nullable AccountUsers accountUsers;
  private final ChunkDirectory directory;
  private byte[] appending = Event.NONE;

  /**
   * A store of the current key. One object serves one key: it remembers the key's directory.
   *
   * @param stored {@link #directory} of that key, empty for no events
   * @param accountUsers what the account knows of its users; null for the history of a user
   */
  KeyedProfileStore(
      String key, HistoryStates states, byte[] stored, @Nullable AccountUsers accountUsers) {
    this.key = key;
    this.states = states;
    this.accountUsers = accountUsers;
    this.directory = new ChunkDirectory(stored, states::page);
  }

  /** Writes what changed of the directory, and returns the part that others keep. */
  public byte[] directory() {
    return directory.encode(states::putPage);
  }

  /** Appends an event whose bytes are at hand. */
  public void append(Event event, byte[] resolved) {
    appending = resolved;
    append(event);
  }

  /** The event as a scan of this history would show it. */
  public Event read(ResolvedEvent resolved) {
    return accountUsers == null ? resolved.event() : resolved.accountEvent();
  }

  /** What the account knows of its users; only of an account's history. */
  public AccountUsers accountUsers() {
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
    StoredEvent stored = StoredEvent.of(event, appending);
    Place place = directory.take(stored.timestamp(), stored.bytes().length);
    Chunk chunk = directory.at(place);
    states.append(key, chunk.id, stored);
    if (chunk.isOverfull()) {
      split(place);
    }
  }

  /** Cuts a chunk in two, if it is not of one millisecond. */
  private void split(Place place) {
    Chunk lower = directory.at(place);
    HistoryChunk chunk = chunk(lower);
    int cut = chunk.cut();
    if (cut == 0) {
      return;
    }
    List<StoredEvent> events = List.copyOf(chunk.events());
    Chunk upper = directory.split(place, events.get(cut).timestamp());
    write(lower, events.subList(0, cut));
    write(upper, events.subList(cut, events.size()));
  }

  private void write(Chunk chunk, List<StoredEvent> events) {
    chunk.events = events.size();
    chunk.bytes = events.stream().mapToInt(event -> event.bytes().length).sum();
    states.write(key, chunk.id, events);
  }

  @Override
  public boolean contains(long timestamp, String messageId) {
    return !directory.isEmpty()
        && chunk(directory.at(directory.find(timestamp))).contains(timestamp, messageId);
  }

  /** Visits everything, in history order, as it was stored. */
  public void forEach(Consumer<ResolvedEvent> visitor) {
    Place place = directory.isEmpty() ? null : directory.find(-1);
    while (place != null) {
      chunk(directory.at(place)).events().forEach(event -> visitor.accept(event.resolved()));
      place = directory.next(place);
    }
  }

  /** What is stored of an event: in an account it may be kept as several users'. */
  List<StoredEvent> all(long timestamp, String messageId) {
    return directory.isEmpty()
        ? List.of()
        : chunk(directory.at(directory.find(timestamp))).all(timestamp, messageId);
  }

  /**
   * Takes events that are no user's any more out of an account's history, chunk by chunk.
   *
   * @param from where to go on, as returned; {@link #PURGE_ALL} at the beginning
   * @param staying is given each event that stays
   * @param pause asked between two chunks; true ends the work for now
   * @return where to go on; {@link #PURGED} if nothing is left
   */
  public long purge(long from, Consumer<Event> staying, BooleanSupplier pause) {
    Place place = directory.isEmpty() ? null : directory.find(from);
    while (place != null) {
      Chunk chunk = directory.at(place);
      List<StoredEvent> events = AccountEvents.staying(chunk(chunk), accountUsers());
      if (events.size() < chunk.events) {
        write(chunk, events);
        directory.rewritten(place);
      }
      visit(chunk(chunk), -1, Long.MAX_VALUE, null, event -> take(staying, event));
      place = directory.next(place);
      if (place != null && pause.getAsBoolean()) {
        return directory.at(place).first;
      }
    }
    return PURGED;
  }

  private static boolean take(Consumer<Event> consumer, Event event) {
    consumer.accept(event);
    return true;
  }

  @Override
  public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
    visit(fromExclusive, toInclusive, null, visitor);
  }

  @Override
  public void scan(
      long fromExclusive, long toInclusive, EventNames names, Predicate<Event> visitor) {
    visit(fromExclusive, toInclusive, names, visitor);
  }

  private void visit(long from, long to, @Nullable EventNames names, Predicate<Event> visitor) {
    if (to <= from || directory.isEmpty()) {
      return;
    }
    Place place = directory.find(from);
    boolean more = true;
    while (more && place != null && directory.at(place).first <= to) {
      more = visit(chunk(directory.at(place)), from, to, names, visitor);
      place = directory.next(place);
    }
  }

  private boolean visit(
      HistoryChunk chunk,
      long from,
      long to,
      @Nullable EventNames names,
      Predicate<Event> visitor) {
    for (int i = chunk.firstAfter(from); i < chunk.size(); i++) {
      StoredEvent stored = chunk.get(i);
      if (stored.timestamp() > to) {
        return false;
      }
      // In an account an event may be kept as several users'; it counts as the first one's.
      boolean repeated = accountUsers != null && chunk.isRepeated(i);
      if (!repeated && (names == null || names.mayContain(stored.name()))) {
        Event event = accountUsers == null ? stored.event() : stored.resolved().accountEvent();
        if ((names == null || names.contains(event)) && !visitor.test(event)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public long nextAfter(long timestamp, EventNames names) {
    if (directory.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Place place = directory.find(timestamp);
    for (int looked = 0; place != null; looked++) {
      if (looked == LOOK_AHEAD_CHUNKS) {
        return Math.max(directory.at(place).first, timestamp + 1);
      }
      HistoryChunk chunk = chunk(directory.at(place));
      for (int i = chunk.firstAfter(timestamp); i < chunk.size(); i++) {
        if (names.mayContain(chunk.get(i).name())) {
          return chunk.get(i).timestamp();
        }
      }
      place = directory.next(place);
    }
    return Long.MAX_VALUE;
  }

  @Override
  public Tally<?> fold(ComputedTrait trait, long from, long to, @Nullable Event skipped) {
    return trait.calculation().isSummarized() && !directory.isEmpty() && from < to
        ? new RangeFold(trait, from, to, skipped).run()
        : ProfileStore.super.fold(trait, from, to, skipped);
  }

  /** Forgets the whole history of the current key. */
  public void clear() {
    for (int page = 0; page < directory.pages().size(); page++) {
      directory.chunks(page).forEach(chunk -> states.clear(key, chunk.id));
    }
    states.clearPages();
  }

  private HistoryChunk chunk(Chunk wanted) {
    return states.read(key, wanted.id);
  }

  /**
   * Folds a trait over a range: event by event at its ends, where candidates for what comes when
   * the first have left are to be found, and by summaries in between.
   */
  private final class RangeFold {
    private final ComputedTrait trait;
    private final long from;
    private final long to;
    private final @Nullable Event skipped;
    private final Tally<?> tally;
    private int visited;

    RangeFold(ComputedTrait trait, long from, long to, @Nullable Event skipped) {
      this.trait = trait;
      this.from = from;
      this.to = to;
      this.skipped = skipped;
      this.tally = trait.start();
    }

    Tally<?> run() {
      Place place = directory.find(from);
      while (place != null && directory.at(place).first <= to) {
        Page page = directory.pages().get(place.page());
        boolean closed = place.page() + 1 < directory.pages().size();
        if (place.chunk() == 0
            && closed
            && visited >= CANDIDATES
            && isWhole(page.first, directory.end(place.page()))) {
          tally.merge(wholePage(place.page()));
          place = new Place(place.page() + 1, 0);
        } else {
          place = chunks(place);
        }
      }
      return tally;
    }

    /** Takes in chunks from a place to the end of its page or of the range. */
    private @Nullable Place chunks(Place begin) {
      PartSummaries summaries = null;
      int page = begin.page();
      Place place = begin;
      while (place != null && place.page() == page && directory.at(place).first <= to) {
        Chunk chunk = directory.at(place);
        boolean whole = isWhole(chunk.first, directory.end(place));
        if (whole && visited >= CANDIDATES) {
          summaries = summaries == null ? summaries(page) : summaries;
          tally.merge(summary(summaries, page, chunk));
        } else {
          visited += whole ? chunk.events : 0;
          visit(chunk(chunk), from, to, trait.names(), event -> add(tally, event));
        }
        place = directory.next(place);
      }
      keep(page, summaries);
      return place;
    }

    private byte[] wholePage(int page) {
      Page described = directory.pages().get(page);
      PartSummaries summaries = summaries(page);
      byte[] known = described.summarized ? summaries.get(WHOLE_PAGE, trait) : null;
      if (known != null) {
        return known;
      }
      if (!described.summarized) {
        summaries.forget(WHOLE_PAGE);
        described.summarized = true;
      }
      Tally<?> all = trait.start();
      for (Chunk chunk : directory.chunks(page)) {
        all.merge(summary(summaries, page, chunk));
      }
      byte[] bytes = all.summary();
      summaries.put(WHOLE_PAGE, trait, bytes);
      keep(page, summaries);
      return bytes;
    }

    private byte[] summary(PartSummaries summaries, int page, Chunk chunk) {
      byte[] known = chunk.summarized ? summaries.get(chunk.id, trait) : null;
      if (known != null) {
        return known;
      }
      if (!chunk.summarized) {
        summaries.forget(chunk.id);
        chunk.summarized = true;
        directory.touch(page);
      }
      Tally<?> all = trait.start();
      visit(chunk(chunk), -1, Long.MAX_VALUE, trait.names(), event -> add(all, event));
      byte[] bytes = all.summary();
      summaries.put(chunk.id, trait, bytes);
      return bytes;
    }

    private boolean add(Tally<?> into, Event event) {
      ProfileStore.add(trait, into, event, skipped);
      return true;
    }

    /** True if a part that ends is in the range and without the event that does not count yet. */
    private boolean isWhole(long first, long end) {
      boolean inRange = first > from && end != Long.MAX_VALUE && end - 1 <= to;
      return inRange
          && (skipped == null || skipped.timestamp() < first || skipped.timestamp() >= end);
    }

    private PartSummaries summaries(int page) {
      return states.summaries(directory.pages().get(page).id);
    }

    private void keep(int page, @Nullable PartSummaries summaries) {
      if (summaries != null) {
        states.putSummaries(directory.pages().get(page).id, summaries);
      }
    }
  }
}
