package dev.traitflow.bench;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.sample.SampleEvents;
import dev.traitflow.core.topic.ResolvedEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;

/**
 * Histories of 100 events each, made of the demo's customers with the properties they have there:
 * those of several customers are joined until there are enough, as merges do.
 *
 * @param all the events of each, in history order
 */
record DemoHistories(List<List<Event>> all) {
  /** When the demo ends. */
  static final long END = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();

  private static final int EVENTS = 100;
  private static final int CHUNK = 25;

  /** A customer of the demo has more events than this, on average. */
  private static final int EVENTS_EACH = 15;

  static DemoHistories make(int profiles) throws IOException {
    SortedMap<String, List<Event>> byUser = new TreeMap<>();
    EventParser parser = new EventParser();
    int[] lines = {0};
    new SampleEvents(3, END, profiles * EVENTS / EVENTS_EACH)
        .forEach(
            (at, line) -> {
              Parsed parsed = parser.parse(line, "", "line-" + lines[0]++, "web", at, true);
              if (parsed instanceof Parsed.Accepted accepted && accepted.event().userId() != null) {
                byUser
                    .computeIfAbsent(accepted.event().userId(), user -> new ArrayList<>())
                    .add(accepted.event());
              }
            });
    List<List<Event>> all = new ArrayList<>();
    List<Event> open = new ArrayList<>();
    for (List<Event> events : byUser.values()) {
      open.addAll(events);
      if (open.size() >= EVENTS && all.size() < profiles) {
        open.sort(Event.HISTORY_ORDER);
        all.add(List.copyOf(open.subList(open.size() - EVENTS, open.size())));
        open.clear();
      }
    }
    return new DemoHistories(all);
  }

  /** Stores them in chunks of 25, each event as the fold keeps it. */
  void store(BareRocks rocks) throws RocksDBException {
    for (int profile = 0; profile < all.size(); profile++) {
      List<Event> events = all.get(profile);
      for (int from = 0; from < events.size(); from += CHUNK) {
        ByteWriter chunk = new ByteWriter(1 << 14).writeInt(Math.min(CHUNK, events.size() - from));
        for (int i = from; i < Math.min(events.size(), from + CHUNK); i++) {
          List<Identifier> ids = List.of(Identifier.ofUser(Identifier.USER_ID, "u" + profile));
          chunk.writeBytes(
              ResolvedEvent.CODEC.encode(
                  new ResolvedEvent("shop", "p" + profile, i, events.get(i), ids)));
        }
        rocks.put(0, key(profile, from), chunk.toBytes());
      }
    }
    rocks.flush();
  }

  /** Reads one back; a failure of the store ends the benchmark. */
  static List<Event> read(BareRocks rocks, int profile) {
    List<Event> events = new ArrayList<>(EVENTS);
    try {
      for (int from = 0; from < EVENTS; from += CHUNK) {
        ByteReader chunk = new ByteReader(rocks.get(0, key(profile, from)));
        for (int left = chunk.readInt(); left > 0; left--) {
          events.add(ResolvedEvent.eventOf(chunk.readBytes()));
        }
      }
    } catch (RocksDBException e) {
      throw new IllegalStateException("history " + profile + ": cannot be read", e);
    }
    return events;
  }

  private static byte[] key(int profile, int from) {
    return new ByteWriter(16).writeString("p" + profile).writeInt(from).toBytes();
  }
}
