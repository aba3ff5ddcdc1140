package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.identify;
import static dev.traitflow.core.trait.EventBuilder.track;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Custom traits of profiles that have too many of them to be kept in the state. */
class CustomTraitsTest {
  private static final String PROS =
      "{'key':'pros','root':{'all':[{'trait':'k7','op':'equals','value':'pro'}]}}";
  private static final String COUNT = "{'key':'count','type':'event_counter','event':'E'}";

  private final Shelf shelf = new Shelf();

  /** A store on the heap that counts what is asked of it. */
  private static final class Shelf implements CustomTraitStore {
    private final Map<String, byte[]> entries = new HashMap<>();
    private int reads;
    private int writes;
    private int scans;

    @Override
    public byte @Nullable [] get(String key) {
      reads++;
      return entries.get(key);
    }

    @Override
    public void put(String key, byte[] entry) {
      writes++;
      entries.put(key, entry);
    }

    @Override
    public void forEach(BiConsumer<String, byte[]> visitor) {
      scans++;
      entries.forEach(visitor);
    }

    void forgetCounts() {
      reads = 0;
      writes = 0;
      scans = 0;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 10_000})
  void anEventCostsTheKeysItSetsHoweverManyThereAre(int keys) {
    ProfileBench bench = new ProfileBench(List.of(PROS), COUNT);
    bench.own("user_id");
    bench.state = bench.engine.load(null, shelf);
    fill(bench, keys);
    reload(bench);
    shelf.forgetCounts();
    bench.add(identify("{\"k1\":\"new\",\"k7\":\"pro\",\"more\":1}").at(2_000));
    bench.add(track("E").at(2_000));
    assertThat(bench.engine.changes(bench.state))
        .extracting(TraitValue::key)
        .contains("k1", "k7", "more", "count");
    assertThat(bench.state.encode().length).isLessThan(1_000);
    // The fourth read: a custom trait may lie below the computed one that changed.
    assertThat(List.of(shelf.reads, shelf.writes, shelf.scans)).containsExactly(4, 3, 0);
  }

  @Test
  void anAudienceReadsTheKeysItNames() {
    ProfileBench bench = new ProfileBench(List.of(PROS), COUNT);
    bench.state = bench.engine.load(null, shelf);
    bench.own("user_id");
    fill(bench, 1_000);
    reload(bench);
    shelf.forgetCounts();
    bench.add(identify("{\"k7\":\"pro\"}").at(2_000));
    assertThat(bench.engine.writtenAndAudiences(bench.state).toString()).contains("pros");
    assertThat(shelf.scans).isZero();
    assertThat(bench.value("pros")).isEqualTo("true");
  }

  @Test
  void theManyOfAStateFromBeforeMoveOutWhenItIsStored() {
    ProfileBench bench = new ProfileBench(COUNT);
    fill(bench, 1_000);
    byte[] together = bench.state.encode();
    Map<String, String> values = bench.values();
    bench.state = bench.engine.load(together, shelf);
    assertThat(shelf.entries).isEmpty();
    byte[] stored = bench.state.encode();
    assertThat(shelf.entries).hasSize(1_000);
    assertThat(together.length).isGreaterThan(20_000);
    assertThat(stored.length).isLessThan(1_000);
    bench.state = bench.engine.load(stored, shelf);
    assertThat(bench.values()).isEqualTo(values);
  }

  @Test
  void aStateWhoseTraitsLieApartIsNotReadWithoutThem() {
    ProfileBench bench = new ProfileBench(COUNT);
    bench.state = bench.engine.load(null, shelf);
    fill(bench, 1_000);
    ProfileState alone = bench.engine.load(bench.state.encode());
    assertThatThrownBy(() -> bench.engine.values(alone))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected the store");
  }

  @Test
  void inAnyOrderTheyAreThoseOfTheWholeHistory() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      ProfileBench bench = new ProfileBench(COUNT);
      bench.state = bench.engine.load(null, shelf);
      shelf.entries.clear();
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        StringJoiner traits = new StringJoiner(",", "{", "}");
        for (int more = random.nextInt(40); more >= 0; more--) {
          String value = random.nextInt(4) == 0 ? "null" : "\"v" + random.nextInt(9) + "\"";
          traits.add("\"k" + random.nextInt(500) + "\":" + value);
        }
        events.add(identify(traits.toString()).id("m" + i).at(random.nextInt(30)).build());
      }
      for (Event event : events) {
        bench.history.append(event);
        bench.engine.add(bench.state, bench.history, event, 30);
        if (random.nextInt(3) == 0) {
          reload(bench);
        }
        Set<String> some = Set.of("k1", "k2", "k3", "absent");
        assertThat(bench.engine.values(bench.state, some))
            .as("seed %s", seed)
            .isEqualTo(
                bench.engine.values(bench.state).stream()
                    .filter(value -> some.contains(value.key()))
                    .toList());
      }
      assertThat(shelf.entries).hasSizeGreaterThan(100);
      assertThat(bench.engine.values(bench.state))
          .as("seed %s", seed)
          .isEqualTo(bench.engine.values(bench.engine.fold(bench.history, 30)));
    }
  }

  private void reload(ProfileBench bench) {
    bench.state = bench.engine.load(bench.state.encode(), shelf);
  }

  private static void fill(ProfileBench bench, int keys) {
    for (int from = 0; from < keys; from += 250) {
      StringJoiner traits = new StringJoiner(",", "{", "}");
      for (int key = from; key < from + 250; key++) {
        traits.add("\"k" + key + "\":\"value " + key + "\"");
      }
      bench.add(identify(traits.toString()).at(1_000));
    }
  }
}
