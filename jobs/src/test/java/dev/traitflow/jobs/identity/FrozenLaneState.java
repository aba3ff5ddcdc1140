package dev.traitflow.jobs.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.jobs.Frozen;
import dev.traitflow.jobs.HeapMapState;
import dev.traitflow.jobs.runtime.EventMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a lane keeps in its state. */
public final class FrozenLaneState {
  private static final String SPACE = "spa_shop";
  private static final Identifier EMAIL = Identifier.ofUser(Identifier.EMAIL, "ä@x.io");

  private static final ProfileNode NODE =
      new ProfileNode(
          "use_1",
          1_740_000_000_000L,
          List.of(),
          List.of(new Mapping(EMAIL, 1_740_000_000_000L, "m-1", "web")),
          List.of("use_1"),
          List.of(),
          List.of());

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.earlier("lane-totals.v1", LaneTotals.CODEC, totals(false)),
          Frozen.of("lane-totals.v2", LaneTotals.CODEC, totals(true)),
          new Frozen(
              "identity-graph", rows(graph()), FrozenLaneState::readAgain, readAll(graph())));

  private FrozenLaneState() {}

  private static LaneTotals totals(boolean datedAhead) {
    LaneTotals totals = new LaneTotals();
    totals.set("flush_offset", 4_711);
    totals.add("accepted/4f2a", 3);
    totals.arrivals().minutes().add(29_000_000L);
    totals.arrivals().minutes().add(29_000_003L);
    if (datedAhead) {
      boolean unusedSinceItIsTheFirst =
          totals.mayRepeatDatedAhead(EventMessage.LiveEvent.GUARDED_BEYOND_MILLIS + 8, 7);
    }
    return totals;
  }

  /** A graph with an entry of each kind. */
  private static HeapMapState<byte[], byte[]> graph() {
    HeapMapState<byte[], byte[]> state = new HeapMapState<>(Arrays::compareUnsigned);
    KeyedIdentityStore store = new KeyedIdentityStore(SPACE, state);
    store.setOwner(EMAIL, "use_1");
    store.setRedirect("use_2", "use_1");
    store.put(NODE);
    store.putMerge(new Merge("mrg_17_0", 17, "use_1", NODE, List.of(EMAIL), List.of(), "m-17"));
    try {
      new SpaceGraphs(state)
          .define(0, SPACE, "{\"id\":\"spa_shop\",\"name\":\"S\"}".getBytes(UTF_8));
    } catch (Exception e) {
      throw new IllegalStateException("identity graph: cannot be defined", e);
    }
    return state;
  }

  /** All entries in the order of their keys, each a length, the key, a length, the value. */
  private static byte[] rows(HeapMapState<byte[], byte[]> state) {
    ByteWriter out = new ByteWriter();
    state
        .iterator()
        .forEachRemaining(row -> out.writeBytes(row.getKey()).writeBytes(row.getValue()));
    return out.toBytes();
  }

  private static List<Object> readAgain(byte[] rows) {
    HeapMapState<byte[], byte[]> state = new HeapMapState<>(Arrays::compareUnsigned);
    ByteReader in = new ByteReader(rows);
    while (in.hasMore()) {
      state.put(in.readBytes(), in.readBytes());
    }
    return readAll(state);
  }

  private static List<Object> readAll(HeapMapState<byte[], byte[]> state) {
    KeyedIdentityStore store = new KeyedIdentityStore(SPACE, state);
    List<Object> all = new ArrayList<>();
    all.add(String.valueOf(store.owner(EMAIL)));
    all.add(String.valueOf(store.redirect("use_2")));
    all.add(String.valueOf(store.profile("use_1")));
    all.add(String.valueOf(store.merge("mrg_17_0")));
    all.add(String.valueOf(new SpaceGraphs(state).of(0, SPACE).canonical("use_2")));
    return all;
  }
}
