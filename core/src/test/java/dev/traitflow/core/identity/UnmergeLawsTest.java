package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold of graphs from which merges are taken back, over random streams. */
class UnmergeLawsTest {
  private static final int STREAMS =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 500);
  private static final int EVENTS = 30;
  private static final List<String> TYPES = List.of("user_id", "email", "anonymous_id");
  private static final IdentityRules OPEN =
      IdentityLab.rules(
          "{'identifiers':[{'type':'user_id','limit':1000},{'type':'email','limit':1000},"
              + "{'type':'anonymous_id','limit':1000}]}");

  private final HeapIdentityStore store = new HeapIdentityStore();
  private final IdentityGraph graph = new IdentityGraph(OPEN, store);
  private final Set<String> everSeen = new HashSet<>();
  private int undone;
  private int cascades;

  @Test
  void aMergeTakenBackAtOnceLeavesBothProfilesAsTheyWere() {
    int taken = 0;
    for (int seed = 0; seed < STREAMS; seed++) {
      UnmergeLawsTest law = new UnmergeLawsTest();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < EVENTS; i++) {
        Map<String, Set<Identifier>> before = law.profiles();
        Resolution resolution = law.send(random, i);
        if (resolution.merges().size() == 1 && resolution.added().isEmpty()) {
          law.undo(resolution.merges().get(0), false, i);
          assertThat(law.shownProfiles()).as("seed " + seed).isEqualTo(shown(before));
          taken++;
        }
      }
    }
    assertThat(taken).isGreaterThan(STREAMS);
  }

  @Test
  void graphsStayRightWhateverIsTakenBack() {
    for (int seed = 0; seed < STREAMS; seed++) {
      UnmergeLawsTest law = new UnmergeLawsTest();
      SplittableRandom random = new SplittableRandom(seed);
      List<Merge> merges = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        merges.addAll(law.send(random, 2 * i).merges());
        if (!merges.isEmpty() && random.nextInt(3) == 0) {
          law.undo(merges.get(random.nextInt(merges.size())), random.nextBoolean(), 2 * i + 1);
        }
        law.assertConsistent(seed);
      }
      undone += law.undone;
      cascades += law.cascades;
    }
    assertThat(undone).isGreaterThan(STREAMS);
    assertThat(cascades).isGreaterThan(STREAMS / 20);
  }

  @Test
  void anOrderLiftsWhatKeepsProfilesApart() throws OrderRefusedException {
    send(0, "u1", "email", "e1");
    send(1, "u2", "email", "e2");
    Merge merge = send(2, "u1", "email", "e2").merges().get(0);
    graph.unmerge(new UnmergeOrder(merge.id(), List.of(), false), 3);
    Resolution kept = send(4, "u1", "email", "e2");
    assertThat(kept.merges()).isEmpty();
    assertThat(kept.violations()).extracting(Violation::text).containsExactly(Violation.KEPT_APART);
    List<Identifier> both =
        List.of(Identifier.ofUser("user_id", "u1"), Identifier.ofUser("user_id", "u2"));
    Resolution joined = graph.join(both, 5, 5);
    assertThat(joined.merges()).hasSize(1);
    assertThat(profiles()).hasSize(1);
    assertThatThrownBy(() -> graph.join(both, 6, 6)).hasMessageContaining("fewer than two");
  }

  private Resolution send(SplittableRandom random, int i) {
    Set<Identifier> ids = new LinkedHashSet<>();
    for (int j = 1 + random.nextInt(2); j > 0; j--) {
      ids.add(Identifier.ofUser(TYPES.get(random.nextInt(TYPES.size())), "v" + random.nextInt(6)));
    }
    return send(i, List.copyOf(ids));
  }

  private Resolution send(int i, String userId, String type, String value) {
    return send(i, List.of(Identifier.ofUser("user_id", userId), Identifier.ofUser(type, value)));
  }

  private Resolution send(int i, List<Identifier> ids) {
    Resolution resolution = graph.resolve(event(i), ids, i, () -> "p" + i);
    everSeen.add(resolution.profile());
    return resolution;
  }

  private void undo(Merge merge, boolean cascade, int sequence) {
    Map<String, Set<Identifier>> before = profiles();
    try {
      for (Unmerge unmerge :
          graph.unmerge(new UnmergeOrder(merge.id(), List.of(), cascade), sequence)) {
        everSeen.add(unmerge.rest().id());
        everSeen.add(unmerge.split().id());
        undone++;
        cascades += cascade && !unmerge.merge().id().equals(merge.id()) ? 1 : 0;
        Set<Identifier> all = new HashSet<>(unmerge.rule().split());
        all.addAll(unmerge.rule().rest());
        assertThat(identifiers(unmerge.split())).isEqualTo(unmerge.rule().split());
        assertThat(identifiers(unmerge.before())).isEqualTo(all);
      }
    } catch (OrderRefusedException refused) {
      assertThat(profiles()).isEqualTo(before);
    }
  }

  private void assertConsistent(int seed) {
    List<String> broken = new ArrayList<>();
    Set<Identifier> owned = new HashSet<>();
    Map<String, String> canonicalOf = new HashMap<>();
    Set<Share> parts = new HashSet<>();
    for (ProfileNode profile : store.profiles()) {
      for (Mapping mapping : profile.identifiers()) {
        String owner = store.owner(mapping.identifier());
        if (owner == null || !store.canonical(owner).equals(profile.id())) {
          broken.add(mapping.identifier() + " is on " + profile.id() + ", owned by " + owner);
        }
        if (!owned.add(mapping.identifier())) {
          broken.add(mapping.identifier() + " is on two profiles");
        }
      }
      profile.parts().forEach(part -> check(parts.add(part), part + " is in two", broken));
      profile.segments().forEach(segment -> canonicalOf.put(segment, profile.id()));
      check(!profile.isKeptApartFrom(profile), profile.id() + " is kept apart", broken);
      profile
          .merges()
          .forEach(merge -> check(store.merge(merge) != null, merge + " is unknown", broken));
    }
    for (String id : everSeen) {
      check(store.canonical(id).equals(canonicalOf.get(id)), id + " resolves wrongly", broken);
    }
    assertThat(broken).as("seed " + seed).isEmpty();
  }

  private static void check(boolean holds, String otherwise, List<String> broken) {
    if (!holds) {
      broken.add(otherwise);
    }
  }

  private Map<String, Set<Identifier>> profiles() {
    Map<String, Set<Identifier>> profiles = new HashMap<>();
    store.profiles().forEach(profile -> profiles.put(profile.id(), identifiers(profile)));
    return profiles;
  }

  private Map<String, Set<Identifier>> shownProfiles() {
    return shown(profiles());
  }

  private static Map<String, Set<Identifier>> shown(Map<String, Set<Identifier>> profiles) {
    Map<String, Set<Identifier>> shown = new HashMap<>();
    profiles.forEach((id, identifiers) -> shown.put(ProfileIds.shown(id), identifiers));
    return shown;
  }

  private static Set<Identifier> identifiers(ProfileNode profile) {
    Set<Identifier> identifiers = new HashSet<>();
    profile.identifiers().forEach(mapping -> identifiers.add(mapping.identifier()));
    return identifiers;
  }

  private static Event event(int i) {
    return new Event(
        EventType.TRACK,
        "m" + i,
        1_000L + i,
        1_000L + i,
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
}
