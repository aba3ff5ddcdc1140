package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Laws of the graph over seeded random streams, and its agreement with a naive one. */
class IdentityLawsTest {
  private static final int STREAMS = 5000;
  private static final long DAY = 86_400_000L;
  private static final List<String> TYPES = List.of("user_id", "email", "anonymous_id", "crm_id");
  private static final List<IdentityRules> RULES =
      List.of(
          IdentityRules.DEFAULT,
          IdentityLab.rules(
              "{'identifiers':[{'type':'anonymous_id','limit':2},{'type':'email','limit':2}]}"),
          IdentityLab.rules(
              "{'identifiers':[{'type':'user_id','priority':2},{'type':'email','priority':1},"
                  + "{'type':'crm_id','priority':2,'limit':1}]}"),
          IdentityLab.rules(
              "{'identifiers':[{'type':'anonymous_id','limit':2,'window':'daily'},"
                  + "{'type':'crm_id','limit':1,'window':'weekly'}]}"));

  /** What one event of a random stream carries. */
  private record Step(Event event, List<Identifier> ids, String newId) {}

  @Test
  void lawsHoldOverRandomStreams() {
    int merges = 0;
    int violations = 0;
    for (int seed = 0; seed < STREAMS; seed++) {
      IdentityRules rules = RULES.get(seed % RULES.size());
      List<Step> stream = stream(seed);
      HeapIdentityStore store = new HeapIdentityStore();
      Naive naive = new Naive(rules);
      List<Resolution> resolutions = new ArrayList<>();
      List<String> profiles = new ArrayList<>();
      List<String> naiveProfiles = new ArrayList<>();
      IdentityGraph graph = new IdentityGraph(rules, store);
      for (Step step : stream) {
        Resolution resolution = graph.resolve(step.event(), step.ids(), 0, step::newId);
        resolutions.add(resolution);
        profiles.add(resolution.profile());
        naiveProfiles.add(naive.resolve(step));
        merges += resolution.merges().size();
        violations += resolution.violations().size();
      }
      assertThat(profiles).as("seed " + seed).isEqualTo(naiveProfiles);
      assertConsistent(seed, rules, store, profiles);
      assertThat(partition(store)).as("seed " + seed).isEqualTo(naive.partition());
      assertThat(replay(rules, stream)).as("replay of seed " + seed).isEqualTo(resolutions);
    }
    assertThat(merges).as("merges in all streams").isGreaterThan(STREAMS);
    assertThat(violations).as("violations in all streams").isGreaterThan(STREAMS);
  }

  @Test
  void withoutLimitsTheOrderOfArrivalDoesNotMatter() {
    IdentityRules open =
        IdentityLab.rules(
            "{'identifiers':[{'type':'user_id','limit':1000},{'type':'email','limit':1000},"
                + "{'type':'anonymous_id','limit':1000},{'type':'crm_id','limit':1000}]}");
    for (int seed = 0; seed < 500; seed++) {
      List<Step> stream = stream(seed);
      Set<Set<Identifier>> expected = partitionAfter(open, stream);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = stream.size() - 1; i > 0; i--) {
        stream.set(i, stream.set(random.nextInt(i + 1), stream.get(i)));
      }
      assertThat(partitionAfter(open, stream)).as("seed " + seed).isEqualTo(expected);
    }
  }

  private static void assertConsistent(
      int seed, IdentityRules rules, HeapIdentityStore store, List<String> everSeen) {
    List<String> broken = new ArrayList<>();
    Set<Identifier> owned = new HashSet<>();
    Map<String, String> canonicalOf = new HashMap<>();
    for (ProfileNode profile : store.profiles()) {
      Map<String, Integer> counts = new HashMap<>();
      for (Mapping mapping : profile.identifiers()) {
        String owner = store.owner(mapping.identifier());
        if (owner == null || !store.canonical(owner).equals(profile.id())) {
          broken.add(mapping.identifier() + " is on " + profile.id() + ", owned by " + owner);
        }
        if (!owned.add(mapping.identifier())) {
          broken.add(mapping.identifier() + " is on two profiles");
        }
        counts.merge(mapping.identifier().type(), 1, Integer::sum);
      }
      counts.forEach(
          (type, count) -> {
            IdentifierRule rule = rules.rule(type);
            if (rule.window() == LimitWindow.EVER && count > rule.limit()) {
              broken.add(profile.id() + " has " + count + " of " + type);
            }
          });
      if (Set.copyOf(profile.segments()).size() != profile.merges().size() + 1) {
        broken.add(profile.id() + " has segments " + profile.segments());
      }
      if (!ProfileNode.CODEC.decode(ProfileNode.CODEC.encode(profile)).equals(profile)) {
        broken.add(profile.id() + " changes on its way through bytes");
      }
      profile.segments().forEach(segment -> canonicalOf.put(segment, profile.id()));
    }
    for (String id : everSeen) {
      if (!store.canonical(id).equals(canonicalOf.get(id))) {
        broken.add(id + " resolves to " + store.canonical(id));
      }
    }
    assertThat(broken).as("seed " + seed).isEmpty();
  }

  private static List<Resolution> replay(IdentityRules rules, List<Step> stream) {
    IdentityGraph graph = new IdentityGraph(rules, new HeapIdentityStore());
    List<Resolution> resolutions = new ArrayList<>();
    for (Step step : stream) {
      resolutions.add(graph.resolve(step.event(), step.ids(), 0, step::newId));
    }
    return resolutions;
  }

  private static Set<Set<Identifier>> partitionAfter(IdentityRules rules, List<Step> stream) {
    HeapIdentityStore store = new HeapIdentityStore();
    IdentityGraph graph = new IdentityGraph(rules, store);
    for (Step step : stream) {
      graph.resolve(step.event(), step.ids(), 0, step::newId);
    }
    return partition(store);
  }

  private static Set<Set<Identifier>> partition(HeapIdentityStore store) {
    Set<Set<Identifier>> partition = new HashSet<>();
    for (ProfileNode profile : store.profiles()) {
      Set<Identifier> ids = new HashSet<>();
      profile.identifiers().forEach(mapping -> ids.add(mapping.identifier()));
      partition.add(ids);
    }
    return partition;
  }

  private static List<Step> stream(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int values = 2 + random.nextInt(6);
    List<Step> stream = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Set<Identifier> ids = new LinkedHashSet<>();
      int count = 1 + random.nextInt(4);
      for (int j = 0; j < count; j++) {
        ids.add(
            Identifier.ofUser(
                TYPES.get(random.nextInt(TYPES.size())), "v" + random.nextInt(values)));
      }
      long timestamp = random.nextLong(10) * DAY / 2;
      stream.add(
          new Step(event("m" + i, timestamp), List.copyOf(ids), "p" + random.nextInt(10) + i));
    }
    return stream;
  }

  private static Event event(String messageId, long timestamp) {
    return new Event(
        EventType.TRACK,
        messageId,
        timestamp,
        timestamp,
        "web",
        "A",
        null,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        Event.NONE,
        Event.NONE);
  }

  /** The rules read off the page: profiles are sets, everything is searched for. */
  private static final class Naive {
    private static final class Person {
      private final String id;
      private final long createdAt;
      private final Map<Identifier, Long> ids = new HashMap<>();

      Person(String id, long createdAt) {
        this.id = id;
        this.createdAt = createdAt;
      }
    }

    private final IdentityRules rules;
    private final List<Person> people = new ArrayList<>();

    Naive(IdentityRules rules) {
      this.rules = rules;
    }

    String resolve(Step step) {
      List<Identifier> ids = new ArrayList<>(step.ids());
      while (ids.size() > 1 && isBad(ids, step.event().timestamp())) {
        Identifier weakest = ids.get(0);
        for (Identifier id : ids) {
          weakest = rules.compareStrength(id.type(), weakest.type()) >= 0 ? id : weakest;
        }
        ids.remove(weakest);
      }
      List<Person> owners = owners(ids);
      owners.sort(Comparator.<Person>comparingLong(p -> p.createdAt).thenComparing(p -> p.id));
      if (owners.isEmpty()) {
        owners.add(new Person(step.newId(), step.event().timestamp()));
        people.add(owners.get(0));
      }
      Person survivor = owners.get(0);
      for (Person loser : owners.subList(1, owners.size())) {
        survivor.ids.putAll(loser.ids);
        people.remove(loser);
      }
      ids.forEach(id -> survivor.ids.putIfAbsent(id, step.event().timestamp()));
      return survivor.id;
    }

    private boolean isBad(List<Identifier> ids, long at) {
      List<Person> owners = owners(ids);
      Map<Identifier, Long> after = new HashMap<>();
      owners.forEach(owner -> after.putAll(owner.ids));
      ids.forEach(id -> after.putIfAbsent(id, at));
      for (String type : TYPES) {
        int count = count(after, type, at);
        boolean grew = owners.stream().allMatch(owner -> count(owner.ids, type, at) < count);
        if (count > rules.rule(type).limit() && grew) {
          return true;
        }
      }
      return false;
    }

    private int count(Map<Identifier, Long> ids, String type, long at) {
      long days =
          switch (rules.rule(type).window()) {
            case EVER -> 1_000_000;
            case DAILY -> 1;
            case WEEKLY -> 7;
            case MONTHLY -> 30;
            case ANNUALLY -> 365;
          };
      boolean ever = days == 1_000_000;
      return (int)
          ids.entrySet().stream()
              .filter(e -> e.getKey().type().equals(type))
              .filter(e -> ever || (e.getValue() <= at && e.getValue() > at - days * DAY))
              .count();
    }

    private List<Person> owners(List<Identifier> ids) {
      List<Person> owners = new ArrayList<>();
      for (Person person : people) {
        if (ids.stream().anyMatch(person.ids::containsKey)) {
          owners.add(person);
        }
      }
      return owners;
    }

    Set<Set<Identifier>> partition() {
      Set<Set<Identifier>> partition = new HashSet<>();
      people.forEach(person -> partition.add(Set.copyOf(person.ids.keySet())));
      return partition;
    }
  }
}
