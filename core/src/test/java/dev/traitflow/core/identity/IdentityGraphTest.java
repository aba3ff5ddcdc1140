package dev.traitflow.core.identity;

import static dev.traitflow.core.identity.IdentityLab.DAY;
import static dev.traitflow.core.identity.IdentityLab.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentityGraphTest {
  private final IdentityLab lab = IdentityLab.withDefaults();

  @Test
  void createsAProfileForTheFirstEventOfAnAnonymousVisitor() {
    Resolution first = lab.send("{'type':'track','event':'A','anonymousId':'a1'}");
    assertThat(first)
        .isEqualTo(
            new Resolution(
                "P1",
                true,
                List.of(new Mapping(Identifier.ofUser("anonymous_id", "a1"), START, "m-1", "web")),
                List.of(),
                List.of()));
    assertThat(lab.profileOf("anonymous_id", "a1")).containsExactly("anonymous_id:a1");
  }

  @Test
  void addsANewIdentifierToTheProfile() {
    lab.send("{'type':'track','event':'A','anonymousId':'a1'}");
    Resolution second = lab.send("{'type':'identify','userId':'u1','anonymousId':'a1'}");
    assertThat(second.profile()).isEqualTo("P1");
    assertThat(second.created()).isFalse();
    assertThat(lab.profileOf("user_id", "u1")).containsExactly("anonymous_id:a1", "user_id:u1");
  }

  @Test
  void mergesProfilesThatShareAnIdentifierIntoTheOlder() {
    lab.send("{'type':'identify','userId':'u1','traits':{'email':'e1@x.io'}}");
    lab.send("{'type':'track','event':'A','anonymousId':'a2'}");
    Resolution joined =
        lab.send("{'type':'identify','anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    assertThat(joined.profile()).isEqualTo("P1");
    assertThat(joined.merges())
        .extracting(Merge::survivor, merge -> merge.loser().segments(), Merge::survivorEvidence)
        .containsExactly(
            tuple("P1", List.of("P2"), List.of(Identifier.ofUser("email", "e1@x.io"))));
    assertThat(joined.added()).isEmpty();
    assertThat(lab.profileOf("anonymous_id", "a2"))
        .containsExactlyInAnyOrder("user_id:u1", "email:e1@x.io", "anonymous_id:a2");
    assertThat(lab.store.profiles()).hasSize(1);
  }

  @Test
  void ageIsTheTimeOfTheCreatingEventNotOfItsArrival() {
    lab.sendAt(START + DAY, "{'type':'identify','userId':'u1','traits':{'email':'e1@x.io'}}");
    lab.sendAt(START, "{'type':'track','event':'A','anonymousId':'a2'}");
    Resolution joined =
        lab.sendAt(
            START + 2 * DAY, "{'type':'identify','anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    assertThat(joined.profile()).as("the later arrival is older").isEqualTo("P2");
  }

  @Test
  void theSmallerIdSurvivesAmongProfilesOfTheSameAge() {
    lab.sendAt(START, "{'type':'identify','userId':'u1','traits':{'email':'e1@x.io'}}");
    lab.sendAt(START, "{'type':'track','event':'A','anonymousId':'a2'}");
    assertThat(
            lab.sendAt(START, "{'type':'identify','anonymousId':'a2','traits':{'email':'e1@x.io'}}")
                .profile())
        .isEqualTo("P1");
  }

  @Test
  void everyFormerIdResolvesToTheSurvivorInOneStep() {
    lab.sendAt(START + 2 * DAY, "{'type':'track','event':'A','anonymousId':'a1'}");
    lab.sendAt(START + DAY, "{'type':'track','event':'A','anonymousId':'a2'}");
    lab.sendAt(START, "{'type':'track','event':'A','userId':'u3'}");
    lab.sendAt(START, both("a1", "a2"));
    Resolution second = lab.sendAt(START, "{'type':'identify','userId':'u3','anonymousId':'a2'}");
    assertThat(second.merges())
        .extracting(Merge::survivor, merge -> merge.loser().segments())
        .containsExactly(tuple("P3", List.of("P2", "P1")));
    assertThat(lab.store.redirect("P1")).isEqualTo("P3");
    assertThat(lab.store.redirect("P2")).isEqualTo("P3");
    assertThat(lab.store.canonical("P3")).isEqualTo("P3");
    assertThat(lab.store.profile("P1")).isNull();
  }

  @Test
  void mergesSeveralOwnersPairwiseFromTheOldest() {
    for (int i = 4; i > 0; i--) {
      lab.sendAt(START + i, "{'type':'track','event':'A','anonymousId':'a" + i + "'}");
    }
    Resolution joined = lab.send(both("a1", "a2", "a3", "a4"));
    assertThat(joined.profile()).isEqualTo("P4");
    assertThat(joined.merges())
        .extracting(merge -> merge.loser().id())
        .containsExactly("P3", "P2", "P1");
  }

  @Test
  void ignoresABlockedUserId() {
    lab.send("{'type':'track','event':'A','userId':'anonymous','anonymousId':'a5'}");
    assertThat(lab.profileOf("anonymous_id", "a5")).containsExactly("anonymous_id:a5");
  }

  @Test
  void dropsTheWeakestIdentifierOfAnEventThatWouldExceedALimit() {
    lab.send("{'type':'identify','userId':'u1','traits':{'email':'e1@x.io'}}");
    Resolution second = lab.send("{'type':'identify','userId':'u2','traits':{'email':'e1@x.io'}}");
    assertThat(second.created()).isTrue();
    assertThat(second.violations())
        .containsExactly(
            new Violation(
                Violation.VALUE_LIMIT,
                Identifier.ofUser("email", "e1@x.io"),
                "m-2",
                "user_id limit 1",
                List.of("P1")));
    assertThat(lab.profileOf("user_id", "u2")).containsExactly("user_id:u2");
    assertThat(lab.profileOf("email", "e1@x.io")).contains("user_id:u1");
  }

  @Test
  void keepsASharedDeviceWithItsFirstUser() {
    lab.send("{'type':'identify','userId':'u1','anonymousId':'a1'}");
    Resolution second = lab.send("{'type':'track','event':'A','userId':'u2','anonymousId':'a1'}");
    assertThat(second.profile()).isEqualTo("P2");
    assertThat(lab.profileOf("anonymous_id", "a1")).contains("user_id:u1");
    Resolution again = lab.send("{'type':'track','event':'A','userId':'u2','anonymousId':'a1'}");
    assertThat(again.profile()).isEqualTo("P2");
    assertThat(again.added()).isEmpty();
    assertThat(again.violations()).hasSize(1);
  }

  @Test
  void refusesASixthAnonymousId() {
    for (int i = 1; i <= 5; i++) {
      lab.send("{'type':'track','event':'A','userId':'u1','anonymousId':'a" + i + "'}");
    }
    Resolution sixth = lab.send("{'type':'track','event':'A','userId':'u1','anonymousId':'a6'}");
    assertThat(sixth.profile()).isEqualTo("P1");
    assertThat(sixth.added()).isEmpty();
    assertThat(sixth.violations())
        .containsExactly(
            new Violation(
                Violation.VALUE_LIMIT,
                Identifier.ofUser("anonymous_id", "a6"),
                "m-6",
                "anonymous_id limit 5",
                List.of("P1")));
    assertThat(lab.store.owner(Identifier.ofUser("anonymous_id", "a6"))).isNull();
  }

  @Test
  void countsOnlyValuesGainedWithinTheWindow() {
    IdentityLab weekly =
        IdentityLab.withRules("{'identifiers':[{'type':'anonymous_id','window':'weekly'}]}");
    String call = "{'type':'track','event':'A','userId':'u1','anonymousId':'a%d'}";
    for (int i = 1; i <= 5; i++) {
      weekly.sendAt(START + (i - 1) * DAY / 5, call.formatted(i));
    }
    Resolution early = weekly.sendAt(START + 7 * DAY - 1, call.formatted(6));
    assertThat(early.violations())
        .extracting(Violation::text)
        .containsExactly(Violation.VALUE_TIME_LIMIT);
    Resolution edge = weekly.sendAt(START + 7 * DAY, call.formatted(7));
    assertThat(edge.violations()).as("the first has just left the window").isEmpty();
    weekly.sendAt(START + 9 * DAY, call.formatted(6));
    assertThat(weekly.profileOf("user_id", "u1")).hasSize(8);
  }

  @Test
  void anEventThatAddsNothingNeverViolatesALimitLoweredLater() {
    HeapIdentityStore store = new HeapIdentityStore();
    List<Identifier> ids = new ArrayList<>();
    ids.add(Identifier.ofUser("user_id", "u1"));
    for (int i = 0; i < 5; i++) {
      ids.add(Identifier.ofUser("anonymous_id", "a" + i));
    }
    new IdentityGraph(IdentityRules.DEFAULT, store)
        .resolve(lab.event(START, "{'type':'identify','userId':'u1'}"), ids, 1, () -> "P");
    IdentityRules strict = IdentityLab.rules("{'identifiers':[{'type':'anonymous_id','limit':2}]}");
    ids.add(Identifier.ofUser("email", "e@x.io"));
    Resolution more =
        new IdentityGraph(strict, store)
            .resolve(lab.event(START, "{'type':'identify','userId':'u1'}"), ids, 1, () -> "Q");
    assertThat(more.violations()).isEmpty();
    assertThat(more.added()).hasSize(1);
  }

  @Test
  void obeysTheSpacesPriorities() {
    IdentityLab ranked =
        IdentityLab.withRules(
            "{'identifiers':[{'type':'anonymous_id','priority':1},{'type':'user_id','priority':2}]}");
    ranked.send("{'type':'track','event':'A','userId':'u1','anonymousId':'a1'}");
    Resolution second =
        ranked.send("{'type':'track','event':'A','userId':'u2','anonymousId':'a1'}");
    assertThat(second.profile()).as("the user id is the weaker one").isEqualTo("P1");
    assertThat(ranked.store.owner(Identifier.ofUser("user_id", "u2"))).isNull();
  }

  @Test
  void aPriorityStatedForOneTypeLeavesTheUserIdStronger() {
    IdentityLab lab =
        IdentityLab.withRules("{'identifiers':[{'type':'anonymous_id','limit':5,'priority':3}]}");
    Resolution first = lab.send("{'type':'identify','userId':'u1','anonymousId':'a1'}");
    Resolution second = lab.send("{'type':'track','event':'A','userId':'u2','anonymousId':'a1'}");
    assertThat(second.profile()).isNotEqualTo(first.profile());
    assertThat(lab.profileOf("user_id", "u2")).containsExactly("user_id:u2");
    assertThat(lab.profileOf("anonymous_id", "a1")).contains("user_id:u1");
  }

  @Test
  void dropsTheLastOfEqualPriorities() {
    Resolution two =
        lab.send(
            "{'type':'track','event':'A','userId':'u1','context':{'externalIds':["
                + external("user_id", "u2")
                + "]}}");
    assertThat(two.added()).extracting(m -> m.identifier().value()).containsExactly("u1");
  }

  @Test
  void refusesTheMergeBeyondTheHundredth() {
    String call = "{'type':'track','event':'A','anonymousId':'%s'}";
    IdentityLab many =
        IdentityLab.withRules("{'identifiers':[{'type':'anonymous_id','limit':1000}]}");
    many.send("{'type':'identify','userId':'u1'}");
    for (int i = 0; i < 101; i++) {
      many.send(call.formatted("a" + i));
    }
    for (int i = 0; i < 100; i++) {
      Resolution merged =
          many.send("{'type':'track','event':'A','userId':'u1','anonymousId':'a" + i + "'}");
      assertThat(merged.merges()).hasSize(1);
    }
    Resolution refused =
        many.send(
            "{'type':'identify','userId':'u1','anonymousId':'a100','traits':{'email':'e@x.io'}}");
    assertThat(refused.profile()).isEqualTo("P1");
    assertThat(refused.merges()).isEmpty();
    assertThat(refused.violations())
        .extracting(Violation::text, v -> v.identifier().value())
        .containsExactly(tuple(Violation.MERGE_LIMIT, "a100"));
    assertThat(refused.added()).as("new identifiers are still gained").hasSize(1);
    assertThat(many.profileOf("anonymous_id", "a100")).containsExactly("anonymous_id:a100");
  }

  @Test
  void addsNoIdentifierBeyondTheThousandth() {
    IdentityLab many =
        IdentityLab.withRules("{'identifiers':[{'type':'anonymous_id','limit':1000}]}");
    String call = "{'type':'track','event':'A','userId':'u1','anonymousId':'a%d'}";
    for (int i = 0; i < 999; i++) {
      many.send(call.formatted(i));
    }
    Resolution full = many.send("{'type':'identify','userId':'u1','traits':{'email':'e@x.io'}}");
    assertThat(full.profile()).isEqualTo("P1");
    assertThat(full.added()).isEmpty();
    assertThat(full.violations())
        .extracting(Violation::text)
        .containsExactly(Violation.MAPPING_LIMIT);
    many.send("{'type':'track','event':'A','anonymousId':'other'}");
    Resolution merging =
        many.send("{'type':'track','event':'A','userId':'u1','anonymousId':'other'}");
    assertThat(merging.merges()).isEmpty();
    assertThat(merging.profile()).isEqualTo("P1");
    assertThat(many.profileOf("user_id", "u1")).hasSize(1000);
  }

  @Test
  void resolvesToTheOwnerOfTheStrongestIdentifierWhenAMergeIsRefused() {
    HeapIdentityStore store = new HeapIdentityStore();
    store.put(node("OLD", 1, 100, "anonymous_id", "a1"));
    store.put(node("NEW", 2, 0, "user_id", "u1"));
    store.setOwner(Identifier.ofUser("anonymous_id", "a1"), "OLD");
    store.setOwner(Identifier.ofUser("user_id", "u1"), "NEW");
    List<Identifier> ids =
        List.of(Identifier.ofUser("user_id", "u1"), Identifier.ofUser("anonymous_id", "a1"));
    Resolution refused =
        new IdentityGraph(IdentityRules.DEFAULT, store)
            .resolve(lab.event(START, "{'type':'identify','userId':'u1'}"), ids, 1, () -> "P");
    assertThat(refused.profile()).isEqualTo("NEW");
    assertThat(store.canonical("NEW")).isEqualTo("NEW");
  }

  @Test
  void aliasCarriesNoIdentifiersAndSoNeverMerges() {
    lab.send("{'type':'identify','userId':'u9'}");
    lab.send("{'type':'track','event':'A','userId':'a9'}");
    assertThat(lab.extract("{'type':'alias','previousId':'a9','userId':'u9'}").identifiers())
        .isEmpty();
  }

  @Test
  void emailsDifferingInCaseAreOnePersons() {
    lab.send("{'type':'identify','anonymousId':'a1','traits':{'email':'A@X.io'}}");
    lab.send("{'type':'identify','anonymousId':'a2','traits':{'email':' a@x.io '}}");
    assertThat(lab.profileOf("email", "a@x.io"))
        .containsExactlyInAnyOrder("anonymous_id:a1", "anonymous_id:a2", "email:a@x.io");
  }

  @Test
  void readsOnlyOwnersAndOnePointerForAnEventThatTeachesNothing() {
    lab.send("{'type':'track','event':'A','anonymousId':'a0'}");
    lab.send("{'type':'identify','userId':'u1','anonymousId':'a1'}");
    lab.send(both("a0", "a1"));
    CountingStore counting = new CountingStore(lab.store);
    List<Identifier> ids =
        List.of(Identifier.ofUser("user_id", "u1"), Identifier.ofUser("anonymous_id", "a1"));
    Resolution seen =
        new IdentityGraph(IdentityRules.DEFAULT, counting)
            .resolve(lab.event(START, "{'type':'identify','userId':'u1'}"), ids, 1, () -> "P");
    assertThat(seen).isEqualTo(Resolution.seen("P1"));
    assertThat(counting.calls).containsExactly("owner", "redirect", "owner");
  }

  @Test
  void readsNothingForIdentifiersThatCameTogetherBefore() {
    lab.send(both("a0", "a1"));
    CountingStore counting = new CountingStore(lab.store);
    IdentityGraph graph = new IdentityGraph(IdentityRules.DEFAULT, counting);
    List<Identifier> ids = anonymous("a0", "a1");
    Event event = lab.event(START, both("a0", "a1"));
    Resolution first = graph.resolve(event, ids, 1, () -> "P");
    counting.calls.clear();
    assertThat(graph.resolve(event, ids, 2, () -> "P")).isEqualTo(first);
    assertThat(counting.calls).isEmpty();
  }

  @Test
  void identifiersThatCameTogetherFollowMergesAndLeaveTheirProfile() {
    IdentityGraph graph = new IdentityGraph(IdentityRules.DEFAULT, lab.store);
    List<Identifier> ids = anonymous("a0", "a1");
    Event event = lab.event(START + 9000, both("a0", "a1"));
    graph.resolve(event, ids, 1, () -> "P1");
    graph.resolve(event, ids, 2, () -> "-");
    for (int older = 2; older <= 4; older++) {
      Event before = lab.event(START - older * 1000L, both("b" + older, "b"));
      graph.resolve(before, anonymous("b" + older), 1, () -> "P" + before.timestamp());
      graph.resolve(before, anonymous("b" + older, "a0"), 1, () -> "-");
    }
    assertThat(graph.resolve(event, ids, 3, () -> "-").profile()).isEqualTo("P" + (START - 4000));
    graph.unmap(ids.get(1));
    Resolution again = graph.resolve(event, ids, 4, () -> "-");
    assertThat(again.added()).extracting(Mapping::identifier).containsExactly(ids.get(1));
    graph.delete(ids.get(0));
    assertThat(graph.resolve(event, ids, 5, () -> "P5").created()).isTrue();
  }

  private static List<Identifier> anonymous(String... values) {
    return Arrays.stream(values).map(each -> Identifier.ofUser("anonymous_id", each)).toList();
  }

  @Test
  void refusesAnEventWithoutIdentifiers() {
    IdentityGraph graph = new IdentityGraph(IdentityRules.DEFAULT, lab.store);
    assertThatThrownBy(
            () ->
                graph.resolve(
                    lab.event(START, "{'type':'identify','userId':'u1'}"), List.of(), 1, () -> "P"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ProfileNode node(
      String id, long createdAt, int merges, String type, String value) {
    return new ProfileNode(
        id,
        createdAt,
        IntStream.range(0, merges).mapToObj(i -> "mrg_0_" + i).toList(),
        List.of(new Mapping(Identifier.ofUser(type, value), createdAt, "m", "web")),
        List.of(id),
        List.of(),
        List.of());
  }

  /** An event that carries several anonymous ids. */
  private static String both(String first, String... others) {
    String entries =
        IntStream.range(0, others.length)
            .mapToObj(i -> external("anonymous_id", others[i]))
            .collect(Collectors.joining(","));
    return "{'type':'track','event':'A','anonymousId':'"
        + first
        + "','context':{'externalIds':["
        + entries
        + "]}}";
  }

  private static String external(String type, String id) {
    return "{'id':'%s','type':'%s','collection':'users','encoding':'none'}".formatted(id, type);
  }

  /** Notes every access. */
  private static final class CountingStore implements IdentityStore {
    private final IdentityStore store;
    private final List<String> calls = new ArrayList<>();

    CountingStore(IdentityStore store) {
      this.store = store;
    }

    @Override
    public @Nullable String owner(Identifier identifier) {
      calls.add("owner");
      return store.owner(identifier);
    }

    @Override
    public void setOwner(Identifier identifier, String profile) {
      calls.add("setOwner");
      store.setOwner(identifier, profile);
    }

    @Override
    public void removeOwner(Identifier identifier) {
      calls.add("removeOwner");
      store.removeOwner(identifier);
    }

    @Override
    public @Nullable String redirect(String profile) {
      calls.add("redirect");
      return store.redirect(profile);
    }

    @Override
    public void setRedirect(String profile, String canonical) {
      calls.add("setRedirect");
      store.setRedirect(profile, canonical);
    }

    @Override
    public @Nullable ProfileNode profile(String canonical) {
      calls.add("profile");
      return store.profile(canonical);
    }

    @Override
    public void put(ProfileNode profile) {
      calls.add("put");
      store.put(profile);
    }

    @Override
    public void remove(String profile) {
      calls.add("remove");
      store.remove(profile);
    }

    @Override
    public @Nullable Merge merge(String id) {
      calls.add("merge");
      return store.merge(id);
    }

    @Override
    public void putMerge(Merge merge) {
      calls.add("putMerge");
      store.putMerge(merge);
    }

    @Override
    public void removeMerge(String id) {
      calls.add("removeMerge");
      store.removeMerge(id);
    }
  }
}
