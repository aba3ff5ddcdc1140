package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.identify;
import static dev.traitflow.core.trait.EventBuilder.track;
import static dev.traitflow.core.trait.EventBuilder.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.audience.Audiences;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.trait.Definitions;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipsTest {
  private static final long HOUR = 3_600_000L;
  private static final String LOGINS =
      "{'key':'logins','type':'event_counter','event':'Login','window':{'within':'4 h'}}";
  private static final String ACTIVE =
      "{'key':'active','root':{'all':[{'trait':'logins','op':'greater_than','value':0}]}}";
  private static final String GERMANS =
      "{'key':'germans','root':{'all':[{'trait':'country','op':'equals','value':'DE'}]}}";

  @Test
  void whoEntersReadsTrueWhoLeavesFalseWhoNeverWasAMemberNothing() {
    ProfileBench bench = new ProfileBench(List.of(GERMANS)).own("user_id");
    bench.add(identify("{\"country\":\"FR\"}").at(HOUR));
    assertThat(bench.value("germans")).isNull();
    bench.add(identify("{\"country\":\"DE\"}").at(2 * HOUR));
    assertThat(bench.trait("germans").traitClass()).isEqualTo(TraitClass.AUDIENCE);
    assertThat(bench.value("germans")).isEqualTo("true");
    bench.add(identify("{\"country\":null}").at(3 * HOUR));
    assertThat(bench.value("germans")).isEqualTo("false");
    assertThat(bench.trait("germans").updatedAt()).isEqualTo(3 * HOUR);
  }

  @Test
  void timeAloneEndsAMembership() {
    ProfileBench bench = new ProfileBench(List.of(ACTIVE), LOGINS).own("email");
    bench.add(track("Login").at(HOUR));
    assertThat(bench.value("active")).isEqualTo("true");
    bench.advance("1970-01-01T09:00:00Z");
    assertThat(bench.value("active")).isEqualTo("false");
    assertThat(bench.trait("active").updatedAt()).isEqualTo(5 * HOUR);
  }

  @Test
  void aMembershipThatBeginsAndEndsInOneJumpOfTimeIsSeen() {
    ProfileBench bench =
        new ProfileBench(
                List.of(ACTIVE),
                "{'key':'logins','type':'event_counter','event':'Login',"
                    + "'window':{'between':['2 h','3 h']}}")
            .own("user_id");
    bench.add(track("Login").at(HOUR));
    bench.advance("1970-01-02T00:00:00Z");
    assertThat(bench.value("active")).isEqualTo("false");
    assertThat(bench.trait("active").updatedAt()).isEqualTo(4 * HOUR);
  }

  @Test
  void anonymousProfilesAreLeftOutUntilTheyOwnAnIdentifierThatCounts() {
    ProfileBench bench =
        new ProfileBench(
            List.of(
                GERMANS,
                "{'key':'all_germans','include_anonymous':true,"
                    + "'root':{'all':[{'audience':'germans','member':false},"
                    + "{'trait':'country','op':'equals','value':'DE'}]}}"));
    bench.own("anonymous_id").add(identify("{\"country\":\"DE\"}").at(HOUR));
    assertThat(bench.value("germans")).isNull();
    assertThat(bench.value("all_germans")).isEqualTo("true");
    bench.own("ios.idfa").add(track("Other").at(2 * HOUR));
    assertThat(bench.value("germans")).isEqualTo("true");
    assertThat(bench.value("all_germans")).isEqualTo("false");
  }

  @Test
  void predictionsAreTraitsToo() {
    ProfileBench bench =
        new ProfileBench(
                List.of(
                    "{'key':'leaving','root':{'all':[{'trait':'churn','op':'greater_than',"
                        + "'value':0.8}]}}"))
            .own("user_id");
    bench.add(write("churn", "{\"churn\":0.9}").at(HOUR));
    assertThat(bench.value("leaving")).isEqualTo("true");
  }

  @Test
  void aCustomTraitOfTheSameKeyIsHidden() {
    ProfileBench bench = new ProfileBench(List.of(GERMANS)).own("user_id");
    bench.add(identify("{\"germans\":\"of course\"}").at(HOUR));
    assertThat(bench.value("germans")).isEqualTo("null");
  }

  @Test
  void changesNameTheAudiencesThatChangedSinceTheStateWasLoaded() {
    ProfileBench bench = new ProfileBench(List.of(GERMANS)).own("user_id");
    bench.add(identify("{\"country\":\"DE\"}").at(HOUR));
    assertThat(bench.engine.changes(bench.state))
        .extracting(TraitValue::key)
        .containsExactly("country", "germans");
    bench.state = bench.engine.load(bench.state.encode());
    bench.add(identify("{\"country\":\"DE\"}").at(2 * HOUR));
    assertThat(bench.engine.changes(bench.state))
        .extracting(TraitValue::key)
        .containsExactly("country");
  }

  @Test
  void otherAudiencesAreJudgedWithoutTheHistory() {
    ProfileBench bench = new ProfileBench(List.of(), LOGINS).own("user_id");
    bench.add(track("Login").at(HOUR)).add(identify("{\"country\":\"DE\"}").at(HOUR));
    ProfileEngine next = new ProfileEngine(ProfileBench.plan(List.of(GERMANS, ACTIVE), LOGINS));
    ProfileState state = next.load(bench.state.encode());
    assertThat(next.isStale(state)).isFalse();
    assertThat(next.hold(state, false)).isTrue();
    assertThat(next.changes(state))
        .extracting(TraitValue::toString)
        .containsExactly(
            "active=true (AUDIENCE v1 at 3600000)", "germans=true (AUDIENCE v1 at 3600000)");
    assertThat(next.hold(next.load(state.encode()), false)).isFalse();
  }

  @Test
  void aDeletedAudienceLeavesItsValueAsACustomTrait() {
    ProfileBench bench = new ProfileBench(List.of(GERMANS)).own("user_id");
    bench.add(identify("{\"country\":\"DE\"}").at(HOUR));
    bench.add(write("deleted:germans", "{\"germans\":true}").at(HOUR + 1));
    assertThat(bench.trait("germans").traitClass()).isEqualTo(TraitClass.AUDIENCE);
    ProfileEngine next = new ProfileEngine(ProfileBench.plan(List.of()));
    ProfileState state = next.load(bench.state.encode());
    assertThat(next.hold(state, false)).isTrue();
    assertThat(next.changes(state))
        .extracting(TraitValue::toString)
        .containsExactly("germans=true (CUSTOM v0 at 3600001)");
  }

  @Test
  void halfAHistoryMakesNoMember() {
    ProfileBench bench =
        new ProfileBench(
                List.of(
                    "{'key':'one','root':{'all':[{'trait':'logins','op':'equals','value':1}]}}"),
                LOGINS)
            .own("user_id");
    bench.engine.hold(bench.state, true);
    bench.add(track("Login").at(HOUR)).add(track("Login").at(HOUR));
    bench.engine.hold(bench.state, false);
    assertThat(bench.value("one")).isNull();
  }

  @Test
  void whatFellDueInAnEarlierSessionOfAMergeIsMadeUpForAtItsEnd() {
    ProfileBench bench = new ProfileBench(List.of(GERMANS)).own("user_id");
    bench.add(identify("{\"country\":\"FR\"}").at(HOUR));
    bench.engine.hold(bench.state, true);
    bench.add(identify("{\"country\":\"DE\"}").at(2 * HOUR));
    bench.state = bench.engine.load(bench.state.encode());
    assertThat(bench.engine.hold(bench.state, true)).isFalse();
    assertThat(bench.engine.hold(bench.state, false)).isTrue();
    assertThat(bench.value("germans")).isEqualTo("true");
  }

  @Test
  void aStagedTraitCountsOnceReadersSeeIt() {
    TraitDefinition logins = Definitions.of(LOGINS.replace("{'key'", "{'slot':0,'key'"));
    List<AudienceDefinition> active = List.of(Audiences.of(ACTIVE));
    ProfileBench bench = new ProfileBench().own("user_id").add(track("Login").at(HOUR));
    ProfileEngine staged = new ProfileEngine(ProfilePlan.of(List.of(), List.of(logins), active));
    ProfileState state = staged.load(bench.state.encode());
    staged.adopt(state);
    staged.build(state, bench.history, () -> false);
    assertThat(staged.values(state)).isEmpty();
    ProfileEngine live = new ProfileEngine(ProfilePlan.of(List.of(logins), List.of(), active));
    state = live.load(state.encode());
    live.adopt(state);
    assertThat(live.changes(state))
        .extracting(TraitValue::toString)
        .containsExactly(
            "active=true (AUDIENCE v1 at 3600000)", "logins=1 (COMPUTED v1 at 3600000)");
  }
}
