package dev.traitflow.jobs.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.jobs.Frozen;
import dev.traitflow.jobs.HeapMapState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What histories keep in their state. */
public final class FrozenHistory {
  private static final long T0 = 1_740_000_000_000L;
  private static final byte[] TRAITS = "{\"plan\":\"pro\"}".getBytes(UTF_8);

  /** Every form. */
  public static final List<Frozen> ALL = all();

  private FrozenHistory() {}

  private static List<Frozen> all() {
    List<Frozen> all = new ArrayList<>();
    all.add(storedEvent());
    all.addAll(directory());
    all.add(summaries());
    all.addAll(users());
    return all;
  }

  private static Frozen storedEvent() {
    Event event =
        new Event(
            EventType.TRACK,
            "m-1",
            T0,
            T0 + 250,
            "web",
            "Zoë bought",
            "u1",
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            Event.NONE,
            Event.NONE);
    byte[] resolved =
        ResolvedEvent.CODEC.encode(new ResolvedEvent("spa_shop", "use_1", 17, event, List.of()));
    StoredEvent stored = StoredEvent.of(event, resolved);
    return new Frozen("stored-event", stored.bytes(), StoredEvent::of, stored);
  }

  /** A directory of two pages: its own bytes have the newer one, the older one lies apart. */
  private static List<Frozen> directory() {
    Map<Integer, byte[]> pages = new TreeMap<>();
    ChunkDirectory made = new ChunkDirectory(new byte[0], id -> new byte[0]);
    for (int i = 0; made.pages().size() < 2; i++) {
      made.at(made.take(T0 + 1_000L * i, ChunkDirectory.BYTES_FULL + i)).summarized = i % 3 == 0;
    }
    made.pages().get(0).summarized = true;
    byte[] bytes = made.encode(pages::put);
    byte[] page = pages.values().iterator().next();
    List<String> chunks = chunks(made);
    return List.of(
        new Frozen(
            "chunk-directory.v1",
            bytes,
            stored -> chunks(new ChunkDirectory(stored, id -> page)),
            chunks),
        new Frozen(
            "chunk-directory.page.v1",
            page,
            stored -> chunks(new ChunkDirectory(bytes, id -> stored)),
            chunks));
  }

  private static List<String> chunks(ChunkDirectory directory) {
    List<String> all = new ArrayList<>();
    for (int page = 0; page < directory.pages().size(); page++) {
      ChunkDirectory.Page one = directory.pages().get(page);
      all.add("page " + one.id + " from " + one.first + " " + one.summarized);
      for (ChunkDirectory.Chunk chunk : directory.chunks(page)) {
        all.add(
            String.join(
                " ",
                "chunk " + chunk.id + " from " + chunk.first,
                chunk.events + " events " + chunk.bytes + " bytes " + chunk.summarized));
      }
    }
    return all;
  }

  private static Frozen summaries() {
    PartSummaries made = new PartSummaries();
    ComputedTrait second = trait(2, 7);
    made.put(3, trait(0, 1), new byte[] {1, 2});
    made.put(3, second, new byte[] {3});
    made.put(900, second, new byte[] {4, 5, 6});
    byte[] bytes = made.encode();
    return new Frozen("part-summaries.v1", bytes, PartSummaries::of, made);
  }

  private static ComputedTrait trait(int slot, int version) {
    String json =
        "{\"key\":\"count\",\"type\":\"event_counter\",\"event\":\"E\",\"version\":"
            + version
            + "}";
    try {
      return ComputedTrait.of(
          TraitDefinition.parse(new Fields(new JsonMapper().readTree(json), "", new ArrayList<>())),
          slot);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Frozen> users() {
    HeapMapState<String, byte[]> state = new HeapMapState<>(Comparator.<String>naturalOrder());
    AccountUsers users = new AccountUsers(state);
    users.left("use_2", "use_1");
    users.left("use_3", "");
    users.traits("use_4", TRAITS);
    return List.of(
        user("account-user.merged.v1", null, "use_1 stays null"),
        user("account-user.merged.v2", state.get("use_2"), "use_1 stays null"),
        user("account-user.gone.v2", state.get("use_3"), "use_9 gone null"),
        user("account-user.traits.v2", state.get("use_4"), "use_9 stays \"pro\""));
  }

  private static Frozen user(String name, byte @Nullable [] entry, String meant) {
    return new Frozen(name, entry, FrozenHistory::user, meant);
  }

  private static String user(byte[] entry) {
    HeapMapState<String, byte[]> state = new HeapMapState<>(Comparator.<String>naturalOrder());
    state.put("use_9", entry);
    AccountUsers users = new AccountUsers(state);
    return String.join(
        " ",
        users.canonical("use_9"),
        users.isGone("use_9") ? "gone" : "stays",
        String.valueOf(users.trait("use_9", "plan")));
  }
}
