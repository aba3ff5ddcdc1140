package dev.traitflow.jobs.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.codec.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.Frozen;
import dev.traitflow.jobs.HeapMapState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What histories and folds keep in their state. */
public final class FrozenProfileState {
  private static final long T0 = 1_740_000_000_000L;
  private static final byte[] TRAITS = "{\"plan\":\"pro\"}".getBytes(UTF_8);

  /** Every form. */
  public static final List<Frozen> ALL = all();

  private FrozenProfileState() {}

  private static List<Frozen> all() {
    List<Frozen> all = new ArrayList<>();
    all.add(Frozen.earlier("fold-state.v3", FoldState.CODEC, fold(3)));
    all.add(Frozen.earlier("fold-state.v4", FoldState.CODEC, fold(4)));
    all.add(Frozen.of("fold-state.v5", FoldState.CODEC, fold(5)));
    all.add(keys("trait-keys.v1", new TraitKeys.Known(1, Set.of("plan"))));
    all.add(keys("trait-keys.many.v1", new TraitKeys.Known(65, Set.of())));
    PartialRefusals.Count count =
        new PartialRefusals.Count("refused.too_many_trait_keys/spa_shop/web", 3);
    all.add(
        new Frozen("partial-refusals.v1", count.encode(), PartialRefusals.Count::decode, count));
    all.add(storedEvent());
    all.addAll(directory());
    all.add(summaries());
    all.add(plans());
    all.addAll(users());
    return all;
  }

  private static Frozen keys(String name, TraitKeys.Known known) {
    return new Frozen(name, known.encode(), TraitKeys.Known::decode, known);
  }

  /** A state with all that the version could say. */
  private static FoldState fold(int version) {
    FoldState state = new FoldState();
    state.now = T0;
    state.shownAttempt = 99;
    state.timer = T0 + 5;
    state.known = true;
    state.engine = new byte[] {4, 5, 6};
    state.directory = new byte[] {1, 2};
    state.mergeSeen(17, 2);
    state.moved(17, "use_2");
    boolean unusedSinceMoreAreToCome = state.lastLeft(18, 3);
    boolean unusedSinceItIsNew = state.links.add("g1");
    state.links.tell(new TreeMap<>(Map.of("plan", "\"pro\"")));
    if (version >= 4) {
      state.featuresAt = T0 - 7;
      state.featuresDue = T0 + 7;
    }
    if (version >= 5) {
      state.refolding = true;
      state.purgedTo = T0 - 9;
    }
    return state;
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

  private static Frozen plans() {
    SpacePlans plans = new SpacePlans(TraitLevel.USER);
    plans.define("spa_shop", 17, "{\"id\":\"spa_shop\",\"name\":\"S\"}".getBytes(UTF_8));
    for (SpacePlans.Plan plan : plans.all().values()) {
      plan.score(18);
    }
    return new Frozen(
        "space-plans.v1", plans.encode(), FrozenProfileState::restored, plans.counts());
  }

  private static Map<String, Long> restored(byte[] bytes) {
    SpacePlans plans = new SpacePlans(TraitLevel.USER);
    plans.restore(bytes);
    return plans.counts();
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
    return new Frozen(name, entry, FrozenProfileState::user, meant);
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
