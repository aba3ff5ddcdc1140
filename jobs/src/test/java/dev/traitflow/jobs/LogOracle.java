package dev.traitflow.jobs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.identity.HeapIdentityStore;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.IdentityGraph;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.JoinOrder;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.OrderRefusedException;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.identity.Resolution;
import dev.traitflow.core.identity.Unmerge;
import dev.traitflow.core.identity.UnmergeOrder;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.LogEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is true after a log, by the rules of core and nothing of Flink: each call in log order to a
 * graph on the heap, and at the end every profile's events to one fold.
 */
final class LogOracle {
  private static final long DEDUPLICATION_MILLIS = 24 * 3_600_000L;

  private final EventParser parser = new EventParser();
  private final Map<String, Space> spaces = new TreeMap<>();
  private final Map<String, Long> seen = new HashMap<>();

  /** An event with the profile it was resolved to and what it said of its user. */
  private record Resolved(String profile, Event event, List<Identifier> identifiers) {}

  /** A space so far. */
  private static final class Space {
    private final HeapIdentityStore store = new HeapIdentityStore();
    private final List<Resolved> events = new ArrayList<>();
    private final Set<String> segments = new TreeSet<>();
    private final Set<String> continued = new TreeSet<>();
    private final IdentityRules rules;
    private final IdentifierExtractor extractor;
    private final IdentityGraph graph;
    private ProfileEngine engine;
    private ProfileEngine accounts;

    Space(SpaceDefinition definition) {
      rules = definition.identity();
      extractor = new IdentifierExtractor(rules);
      graph = new IdentityGraph(rules, store);
      engine = users(definition);
      accounts = accounts(definition);
    }

    void redefine(SpaceDefinition definition) {
      engine = users(definition);
      accounts = accounts(definition);
    }

    private static ProfileEngine users(SpaceDefinition definition) {
      return new ProfileEngine(
          ProfilePlan.of(definition.traits(TraitLevel.USER), List.of(), definition.audiences()));
    }

    private static ProfileEngine accounts(SpaceDefinition definition) {
      return new ProfileEngine(
          ProfilePlan.of(definition.traits(TraitLevel.ACCOUNT)), TraitLevel.ACCOUNT);
    }
  }

  /** The definition that a record of the log holds. */
  static SpaceDefinition definition(byte[] json) {
    List<Problem> problems = new ArrayList<>();
    try {
      SpaceDefinition parsed = SpaceDefinition.parse(new JsonMapper().readTree(json), problems);
      if (problems.isEmpty()) {
        return parsed;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("definition: got no JSON", e);
    }
    throw new IllegalArgumentException("definition: got " + problems + " (expected none)");
  }

  /** Takes the next entry of the log. */
  void take(LogEntry entry) {
    LogRecord taken = entry.record();
    switch (taken.kind()) {
      case DEFINE -> define(taken.space(), definition(taken.body()));
      case CALL -> call(entry, space(taken.space()));
      case DELETE -> delete(space(taken.space()), identifier(taken));
      case UNMAP -> space(taken.space()).graph.unmap(identifier(taken));
      case UNMERGE -> unmerge(entry, space(taken.space()));
      case JOIN -> join(entry, space(taken.space()));
      case TICK, FLUSH -> {}
      case WRITE -> write(taken, space(taken.space()));
      case SCORE, SCORED ->
          throw new IllegalArgumentException("oracle: got " + taken + " (expected other kinds)");
    }
  }

  /** Rules of identity hold from the first definition on: stories do not change them. */
  private void define(String name, SpaceDefinition definition) {
    Space known = spaces.get(name);
    if (known == null) {
      spaces.put(name, new Space(definition));
    } else {
      known.redefine(definition);
    }
  }

  private static Identifier identifier(LogRecord taken) {
    return Identifier.ofUser(taken.type(), new String(taken.body(), StandardCharsets.UTF_8));
  }

  private static void delete(Space space, Identifier identifier) {
    ProfileNode gone = space.graph.delete(identifier);
    if (gone != null) {
      space.segments.removeAll(gone.segments());
      space.events.removeIf(resolved -> gone.segments().contains(resolved.profile()));
    }
  }

  private static void join(LogEntry entry, Space space) {
    List<Identifier> ids = JoinOrder.CODEC.decode(entry.record().body()).identifiers();
    try {
      space.graph.join(ids, entry.record().at(), entry.offset());
    } catch (OrderRefusedException refused) {
      // Nothing changes, here as in the lane.
      return;
    }
  }

  /** Deals the events of each profile taken apart out to both, by the ids they carried. */
  private static void unmerge(LogEntry entry, Space space) {
    UnmergeOrder order = UnmergeOrder.CODEC.decode(entry.record().body());
    try {
      for (Unmerge unmerge : space.graph.unmerge(order, entry.offset())) {
        Map<String, Boolean> sides = new HashMap<>();
        unmerge.parts().forEach(part -> sides.put(part.share().owner(), part.splitSide()));
        space.events.replaceAll(
            event -> {
              Boolean side = sides.get(event.profile());
              if (side == null) {
                return event;
              }
              boolean split = unmerge.rule().isSplit(event.identifiers()).orElse(side);
              String profile = split ? unmerge.split().id() : unmerge.rest().id();
              return new Resolved(profile, event.event(), event.identifiers());
            });
        List<String> both = List.of(unmerge.rest().id(), unmerge.split().id());
        space.segments.addAll(both);
        space.continued.addAll(both);
      }
    } catch (OrderRefusedException refused) {
      // An order that cannot be carried out changes nothing, here as in the lane.
      return;
    }
  }

  /** Ids of the merges that are in the profiles of a space. */
  List<String> mergeIds(String name) {
    return space(name).store.profiles().stream()
        .flatMap(profile -> profile.merges().stream())
        .toList();
  }

  /** How many profiles of all spaces were taken apart. */
  int unmerges() {
    return spaces.values().stream().mapToInt(space -> space.continued.size() / 2).sum();
  }

  private static void write(LogRecord taken, Space space) {
    TraitWrite write = TraitWrite.CODEC.decode(taken.body());
    String profile = space.store.canonical(write.profile());
    if (space.store.profile(profile) != null) {
      space.events.add(new Resolved(profile, write.asEvent(taken.at()), List.of()));
    }
  }

  private void call(LogEntry entry, Space space) {
    LogRecord taken = entry.record();
    if (!(parser.parse(taken) instanceof Parsed.Accepted accepted)) {
      throw new IllegalArgumentException("oracle: got a call that is refused: " + taken);
    }
    Event event = accepted.event();
    Long before = seen.get(entry.partition() + "/" + event.messageId());
    if (before != null && taken.at() - before < DEDUPLICATION_MILLIS) {
      return;
    }
    seen.put(entry.partition() + "/" + event.messageId(), taken.at());
    String id = ProfileIds.of(taken.space(), entry.partition(), entry.offset());
    List<Identifier> identifiers = space.extractor.extract(event).identifiers();
    Resolution resolution = space.graph.resolve(event, identifiers, entry.offset(), () -> id);
    space.segments.add(resolution.profile());
    space.events.add(new Resolved(resolution.profile(), event, identifiers));
  }

  private Space space(String name) {
    Space space = spaces.get(name);
    if (space == null) {
      throw new IllegalStateException("space " + name + ": got a record before its definition");
    }
    return space;
  }

  /** Names of the spaces. */
  Set<String> spaces() {
    return spaces.keySet();
  }

  /** The rules of a space. */
  IdentityRules rules(String name) {
    return space(name).rules;
  }

  /** Each identifier with its profile, when and by which event it came. */
  Map<Identifier, String> identifiers(String name) {
    Map<Identifier, String> found = new HashMap<>();
    for (ProfileNode profile : space(name).store.profiles()) {
      for (Mapping mapping : profile.identifiers()) {
        found.put(
            mapping.identifier(),
            profile.id() + " " + mapping.createdAt() + " " + mapping.firstMessageId());
      }
    }
    return found;
  }

  /** Every id that was merged away with its survivor. */
  Map<String, String> merges(String name) {
    Map<String, String> found = new TreeMap<>();
    Space space = space(name);
    for (String id : space.segments) {
      String canonical = space.store.canonical(id);
      if (!canonical.equals(id)) {
        found.put(id, canonical);
      }
    }
    return found;
  }

  /** The profiles of a space that have a fold. */
  Set<String> profiles(String name) {
    Set<String> profiles = new TreeSet<>();
    for (Resolved resolved : space(name).events) {
      profiles.add(space(name).store.canonical(resolved.profile()));
    }
    for (String id : space(name).continued) {
      // Both sides of an unmerge have a fold, even if one is left without events.
      if (space(name).store.profile(id) != null) {
        profiles.add(id);
      }
    }
    return profiles;
  }

  /** The values of each profile at {@code now}, those with none left out. */
  Map<String, Map<String, String>> values(String name, long now) {
    Space space = space(name);
    Map<String, HeapProfileStore> histories = new TreeMap<>();
    Map<String, List<Identifier>> known = new HashMap<>();
    for (Resolved resolved : space.events) {
      String profile = space.store.canonical(resolved.profile());
      known.computeIfAbsent(profile, any -> new ArrayList<>()).addAll(resolved.identifiers());
      HeapProfileStore history = histories.computeIfAbsent(profile, any -> new HeapProfileStore());
      Event event = resolved.event();
      if (!history.contains(event.timestamp(), event.messageId())) {
        history.append(event);
      }
    }
    Map<String, Map<String, String>> values = new TreeMap<>();
    histories.forEach(
        (profile, history) -> {
          Map<String, String> shown = new TreeMap<>();
          ProfileState state = space.engine.fold(history, now);
          space.engine.own(state, known.getOrDefault(profile, List.of()));
          for (TraitValue value : space.engine.values(state)) {
            String text = value.text();
            if (text != null) {
              shown.put(value.key(), text);
            }
          }
          if (!shown.isEmpty()) {
            values.put(profile, shown);
          }
        });
    return values;
  }

  /** The values of each account at {@code now}, by its group id. */
  Map<String, Map<String, String>> accounts(String name, long now) {
    Space space = space(name);
    AccountOracle accounts = new AccountOracle(space.extractor, values(name, now));
    for (Resolved resolved : space.events) {
      accounts.take(space.store.canonical(resolved.profile()), resolved.event());
    }
    return accounts.values(space.accounts, now);
  }

  /** The events by the ids they were resolved to, each as its timestamp and messageId. */
  Map<String, Set<String>> events(String name) {
    Map<String, Set<String>> found = new TreeMap<>();
    for (Resolved resolved : space(name).events) {
      found
          .computeIfAbsent(resolved.profile(), any -> new TreeSet<>())
          .add(resolved.event().timestamp() + " " + resolved.event().messageId());
    }
    return found;
  }
}
