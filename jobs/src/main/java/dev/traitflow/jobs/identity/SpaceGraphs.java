package dev.traitflow.jobs.identity;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.IdentityGraph;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.IdentityStore;
import dev.traitflow.core.identity.OrderRefusedException;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.identity.Resolution;
import dev.traitflow.core.identity.SeenSets;
import dev.traitflow.core.identity.Unmerge;
import dev.traitflow.core.identity.UnmergeOrder;
import dev.traitflow.core.space.KeptDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity graphs of a lane's spaces. The newest definition of each space stands in the lane's
 * state beside its graph, so that a restart goes on under the same rules.
 */
final class SpaceGraphs {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceGraphs.class);
  private static final int DEFINITION = 4;

  private final MapState<byte[], byte[]> state;
  private final Map<Place, Graph> graphs = new HashMap<>();
  private final SeenSets seen = new SeenSets();

  /** A space in a lane: a graph, and what of it is on the heap, belongs to the lane's key. */
  private record Place(int lane, String space) {}

  SpaceGraphs(MapState<byte[], byte[]> state) {
    this.state = state;
  }

  /** Takes a definition into force for the events after it. */
  void define(int lane, String space, byte[] json) throws Exception {
    state.put(definitionKey(space), json);
    graphs.put(new Place(lane, space), new Graph(space, rules(json)));
  }

  /** The graph of a space; one never defined has the out-of-the-box rules. */
  Graph of(int lane, String space) throws IllegalStateException {
    Place place = new Place(lane, space);
    Graph known = graphs.get(place);
    if (known == null) {
      known = new Graph(space, stored(space));
      graphs.put(place, known);
    }
    return known;
  }

  private IdentityRules stored(String space) {
    try {
      byte[] json = state.get(definitionKey(space));
      return json == null ? IdentityRules.DEFAULT : rules(json);
    } catch (Exception e) {
      throw new IllegalStateException("definition of " + space + ": cannot be read", e);
    }
  }

  private static IdentityRules rules(byte[] json) {
    SpaceDefinition definition = KeptDefinition.read(json);
    IdentityRules rules = definition.identity();
    for (String never : rules.neverMatching()) {
      LOG.warn(
          "Space {}: {}; it blocks nothing until the rule is saved again", definition.id(), never);
    }
    return rules;
  }

  private static byte[] definitionKey(String space) {
    return new ByteWriter().writeByte(DEFINITION).writeString(space).toBytes();
  }

  /** One space's rules over its graph. */
  final class Graph {
    private final IdentityStore store;
    private final IdentifierExtractor extractor;
    private final IdentityGraph graph;

    Graph(String space, IdentityRules rules) {
      store = new KeyedIdentityStore(space, state);
      extractor = new IdentifierExtractor(rules);
      graph = new IdentityGraph(rules, store, seen);
    }

    IdentifierExtractor.Extraction extract(Event event) {
      return extractor.extract(event);
    }

    /** The account of a group call; null for any other event, or if its id is blank or blocked. */
    @Nullable Identifier account(Event event) {
      return extractor.account(event);
    }

    /** Notes the profile of an account. False if it was noted before. */
    boolean addAccount(Identifier account, String profile) {
      if (store.owner(account) != null) {
        return false;
      }
      store.setOwner(account, profile);
      return true;
    }

    Resolution resolve(
        Event event, List<Identifier> ids, long sequence, Supplier<String> newProfileId) {
      return graph.resolve(event, ids, sequence, newProfileId);
    }

    /** Makes the profiles of identifiers one. */
    Resolution join(List<Identifier> ids, long at, long sequence) throws OrderRefusedException {
      return graph.join(ids, at, sequence);
    }

    /** Takes merges back. */
    List<Unmerge> unmerge(UnmergeOrder order, long sequence) throws OrderRefusedException {
      return graph.unmerge(order, sequence);
    }

    /** The survivor of a user's profile that may have been merged away; null if it is deleted. */
    @Nullable String canonical(String profile) {
      String canonical = store.canonical(profile);
      return store.profile(canonical) == null ? null : canonical;
    }

    /** Takes an identifier from its profile and returns that profile's id, or null. */
    @Nullable String unmap(Identifier identifier) {
      return graph.unmap(identifier);
    }

    /** Forgets the profile that owns the identifier; null if there is none. */
    @Nullable ProfileNode delete(Identifier identifier) {
      return graph.delete(identifier);
    }
  }
}
