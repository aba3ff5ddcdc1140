package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.identify;
import static dev.traitflow.core.trait.EventBuilder.track;
import static dev.traitflow.core.trait.EventBuilder.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import org.junit.jupiter.api.Test;

/** Custom and written traits, which of several goes before, and changes of plan. */
class ProfileTraitsTest {
  private static final String COUNTER = "{'key':'n','event':'E','type':'event_counter'}";

  @Test
  void keepsTheCustomTraitOfTheNewestEvent() {
    ProfileBench bench = new ProfileBench();
    bench.add(identify("{\"plan\":\"free\",\"age\":40.0}").at(10));
    bench.add(identify("{\"plan\":\"pro\"}").at(9));
    assertThat(bench.values()).containsEntry("plan", "\"free\"").containsEntry("age", "40");
    bench.add(identify("{\"plan\":\"later id\"}").id("z").at(10));
    assertThat(bench.value("plan")).isEqualTo("\"later id\"");
    assertThat(bench.trait("plan").traitClass()).isEqualTo(TraitClass.CUSTOM);
    assertThat(bench.trait("plan").source()).isEqualTo("web");
  }

  @Test
  void removesATraitForGoodByNull() {
    ProfileBench bench = new ProfileBench();
    bench.add(identify("{\"plan\":\"a\"}").at(5)).add(identify("{\"plan\":null}").at(8));
    bench.add(identify("{\"plan\":\"late\"}").at(7));
    assertThat(bench.value("plan")).isEqualTo("null");
    bench.add(identify("{\"plan\":\"\"}").at(9));
    assertThat(bench.value("plan")).isEqualTo("\"\"");
  }

  @Test
  void replacesTheOlderWriteOfAWriterWhole() {
    ProfileBench bench = new ProfileBench();
    bench.add(write("churn", "{\"p_churn\":0.5,\"p_rank\":3}").at(10));
    bench.add(write("churn", "{\"p_churn\":0.25}").at(20));
    bench.add(write("churn", "{\"p_churn\":1,\"p_old\":1}").at(5));
    bench.add(write("ltv", "{\"ltv\":7,\"none\":null}").at(1));
    assertThat(bench.values())
        .containsEntry("p_churn", "0.25")
        .containsEntry("p_rank", "null")
        .containsEntry("p_old", "null")
        .containsEntry("ltv", "7")
        .containsEntry("none", "null");
    assertThat(bench.trait("p_churn"))
        .extracting(TraitValue::traitClass, TraitValue::updatedAt, TraitValue::source)
        .containsExactly(TraitClass.PREDICTION, 20L, "v1");
  }

  @Test
  void putsComputedBeforeWrittenBeforeCustom() {
    ProfileBench bench = new ProfileBench(COUNTER);
    bench.add(identify("{\"n\":\"custom\",\"w\":\"custom\",\"c\":1}").at(1));
    bench.add(write("w", "{\"n\":\"written\",\"w\":\"written\"}").at(2));
    assertThat(bench.trait("n").traitClass()).isEqualTo(TraitClass.COMPUTED);
    assertThat(bench.values())
        .containsEntry("n", "null")
        .containsEntry("w", "\"written\"")
        .containsEntry("c", "1");
    bench.add(track("E").at(3));
    assertThat(bench.value("n")).isEqualTo("1");
  }

  @Test
  void ignoresTracksNamedLikeAWriterAndWritesNamedLikeAnEvent() {
    ProfileBench bench = new ProfileBench(COUNTER);
    bench.add(write("E", "{\"x\":1}").at(1));
    assertThat(bench.values()).containsOnlyKeys("x");
  }

  @Test
  void refusesToGoOnWithAStateOfAnotherPlanUntilItIsAdopted() {
    ProfileBench old =
        new ProfileBench(
            "{'key':'n','event':'E','type':'event_counter','slot':0}",
            "{'key':'s','event':'E','type':'last','property':'p','slot':1}");
    old.add(track("E").at(1).with("{\"p\":\"x\"}")).add(identify("{\"s\":\"custom\"}").at(2));
    ProfileEngine engine =
        new ProfileBench("{'key':'n','event':'F','type':'event_counter','version':2,'slot':2}")
            .engine;
    ProfileState state = engine.load(old.state.encode());
    assertThat(engine.isStale(state)).isTrue();
    assertThatThrownBy(() -> engine.advance(state, old.history, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("adopt");
    engine.adopt(state);
    assertThat(engine.build(state, old.history, () -> false)).isTrue();
    assertThat(engine.values(state).toString())
        .isEqualTo("[n=null (COMPUTED v2 at 2), s=\"custom\" (CUSTOM v0 at 2)]");
  }

  @Test
  void aDeletedTraitIsTheCustomTraitThatWasWrittenForItUntilANewerOneComes() {
    ProfileBench old = new ProfileBench("{'key':'n','event':'E','type':'event_counter','slot':0}");
    old.add(identify("{\"n\":\"custom\"}").at(1)).add(track("E").at(2));
    old.add(write("deleted:n", "{\"n\":1}").at(5)).add(track("E").at(6));
    assertThat(old.value("n")).isEqualTo("2");
    ProfileBench bench = new ProfileBench();
    bench.state = bench.engine.load(old.state.encode());
    bench.engine.adopt(bench.state);
    assertThat(bench.trait("n")).hasToString("n=1 (CUSTOM v0 at 5)");
    assertThat(bench.engine.fold(old.history, 9).custom().changed()).contains("n");
    bench.add(identify("{\"n\":\"older\"}").at(4));
    assertThat(bench.value("n")).isEqualTo("1");
    bench.add(identify("{\"n\":\"newer\"}").at(6));
    assertThat(bench.value("n")).isEqualTo("\"newer\"");
  }

  @Test
  void aDisabledTraitIsWhatWasWrittenForItsVersion() {
    ProfileBench old = new ProfileBench("{'key':'n','event':'E','type':'event_counter','slot':0}");
    old.add(track("E").at(2));
    TraitValue seen = old.trait("n");
    TraitValue part =
        new TraitValue(
            "n", TraitClass.COMPUTED, seen.json(), 1, seen.updatedAt(), "", Extent.TRUNCATED);
    Event kept = KeptValues.ofFrozen("p", part, 5).asEvent(5);
    old.history.append(kept);
    old.engine.add(old.state, old.history, kept, 5);
    old.add(track("E").at(6));
    assertThat(old.value("n")).isEqualTo("2");
    ProfileBench bench =
        new ProfileBench("{'key':'n','event':'E','type':'event_counter','slot':0,'enabled':false}");
    bench.state = bench.engine.load(old.state.encode());
    bench.engine.adopt(bench.state);
    assertThat(bench.engine.changes(bench.state)).hasSize(1);
    assertThat(bench.trait("n")).hasToString("n=1 (COMPUTED v1 at 5)");
    assertThat(bench.trait("n").extent()).isEqualTo(Extent.TRUNCATED);
    assertThat(bench.engine.values(bench.engine.fold(old.history, 9)))
        .isEqualTo(bench.engine.values(bench.state));
    ProfileBench second =
        new ProfileBench(
            "{'key':'n','event':'E','type':'event_counter','version':2,'slot':1,'enabled':false}");
    assertThat(second.engine.values(second.engine.fold(old.history, 9))).isEmpty();
  }

  @Test
  void tellsPlansApartByWhatTheyMean() {
    assertThat(fingerprint("{'key':'n','event':'E','type':'event_counter','description':'d'}"))
        .isEqualTo(fingerprint(COUNTER));
    assertThat(fingerprint("{'key':'n','event':'E','type':'event_counter','version':2}"))
        .isNotEqualTo(fingerprint(COUNTER));
    assertThat(fingerprint("{'key':'n','event':'F','type':'event_counter'}"))
        .isNotEqualTo(fingerprint(COUNTER));
    assertThat(fingerprint()).isNotZero();
  }

  @Test
  void listsTraitsInCodePointOrderOfTheirKeys() {
    ProfileBench bench = new ProfileBench(COUNTER);
    bench
        .add(identify("{\"\ud83d\ude00\":1,\"\uff5e\":1,\"a\":1,\"z\":1}").at(1))
        .add(track("E").at(2));
    assertThat(bench.engine.values(bench.state))
        .extracting(TraitValue::key)
        .containsExactly("a", "n", "z", "\uff5e", "\ud83d\ude00");
  }

  @Test
  void refusesTwoTraitsWithOneKey() {
    assertThatThrownBy(() -> new ProfileBench(COUNTER, COUNTER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long fingerprint(String... definitions) {
    return new ProfileBench(definitions).engine.plan().fingerprint();
  }
}
