package dev.traitflow.jobs.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.ControlMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On a clock that moves by the visits only. */
final class ProfileSweepsTest {
  private static final byte[] LOGINS =
      """
      {"name": "Shop", "traits": [
        {"key": "logins", "slot": 0, "type": "event_counter", "event": "Login"}]}
      """
          .getBytes(UTF_8);
  private static final byte[] PAGES =
      """
      {"name": "Shop", "traits": [
        {"key": "pages", "slot": 1, "type": "event_counter", "event": "Page"}]}
      """
          .getBytes(UTF_8);

  private final SpacePlans plans = new SpacePlans(TraitLevel.USER);
  private final List<Object> profiles = new ArrayList<>(List.of("shop/a", "other/b", "shop/c"));
  private final Visited visited = new Visited();
  private boolean closed;
  private long nanos;
  private final ProfileSweeps sweeps =
      new ProfileSweeps(plans, this::profiles, visited, () -> nanos);

  private Stream<Object> profiles() {
    return List.copyOf(profiles).stream().onClose(() -> closed = true);
  }

  @Test
  void withoutADefinitionThereIsNothingToDo() throws Exception {
    assertThat(sweeps.slice(7)).isFalse();
    assertThat(sweeps.isBusy()).isFalse();
    assertThat(visited.calls).isEmpty();
  }

  @Test
  void aDefinitionIsBroughtToEveryProfileOfItsSpace() throws Exception {
    plans.define("shop", 1, LOGINS);
    assertThat(sweeps.slice(7)).isTrue();
    assertThat(visited.calls)
        .containsExactly("begin shop at 7", "visit shop/a at 7", "visit shop/c at 7");
    assertThat(closed).isTrue();
    assertThat(sweeps.isBusy()).isFalse();
    assertThat(plans.counts()).containsEntry("defined/shop", 1L);
    assertThat(sweeps.slice(8)).isFalse();
  }

  @Test
  void aSliceEndsAfterItsTimeAndTheNextGoesOn() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.nanosEach = ProfileSweeps.SLICE_NANOS;
    assertThat(sweeps.slice(7)).isTrue();
    assertThat(visited.calls).containsExactly("begin shop at 7", "visit shop/a at 7");
    assertThat(sweeps.isBusy()).isTrue();
    assertThat(plans.counts()).containsKey("swept/shop").doesNotContainKey("defined/shop");
    visited.calls.clear();
    sweeps.slice(8);
    assertThat(visited.calls).containsExactly("visit shop/c at 8");
  }

  @Test
  void aSliceEndsWhenTheBundleIsFull() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.full = true;
    sweeps.slice(7);
    assertThat(visited.calls).containsExactly("begin shop at 7", "visit shop/a at 7");
  }

  @Test
  void aProfileThatIsNotDoneWithIsVisitedAgain() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.nanosEach = ProfileSweeps.SLICE_NANOS;
    visited.unfinished.put("shop/a", 2);
    sweeps.slice(1);
    sweeps.slice(2);
    sweeps.slice(3);
    sweeps.slice(4);
    assertThat(visited.calls)
        .containsExactly(
            "begin shop at 1",
            "visit shop/a at 1",
            "visit shop/a at 2",
            "visit shop/a at 3",
            "visit shop/c at 4");
  }

  @Test
  void aDefinitionThatComesDuringASweepGetsASweepOfItsOwn() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.nanosEach = ProfileSweeps.SLICE_NANOS;
    sweeps.slice(1);
    plans.define("shop", 2, PAGES);
    while (sweeps.slice(2)) {}
    assertThat(visited.calls)
        .filteredOn(call -> call.startsWith("begin") || call.contains("shop/a"))
        .containsExactly(
            "begin shop at 1", "visit shop/a at 1", "begin shop at 2", "visit shop/a at 2");
    assertThat(plans.counts()).containsEntry("defined/shop", 2L);
  }

  @Test
  void aScoringRoundDuringASweepGetsASweepOfItsOwn() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.nanosEach = ProfileSweeps.SLICE_NANOS;
    sweeps.slice(1);
    plans.score(new ControlMessage.Score(5, 0, "shop"));
    while (sweeps.slice(2)) {}
    assertThat(visited.calls).filteredOn(call -> call.startsWith("begin")).hasSize(2);
    assertThat(plans.counts()).containsEntry("round/shop", 5L).containsEntry("rescored/shop", -1L);
  }

  @Test
  void accountsThatAreFoldedAgainComeBeforeSweeps() throws Exception {
    plans.define("shop", 1, LOGINS);
    sweeps.refold("shop/x");
    sweeps.refold("shop/y");
    sweeps.refold("shop/x");
    assertThat(sweeps.slice(7)).isTrue();
    assertThat(visited.calls).containsExactly("refold shop/x", "refold shop/y");
    assertThat(sweeps.isBusy()).isFalse();
  }

  @Test
  void anAccountThatIsNotDoneWithStaysTheFirst() throws Exception {
    visited.unfinished.put("shop/x", 1);
    sweeps.refold("shop/x");
    sweeps.refold("shop/y");
    sweeps.slice(7);
    assertThat(sweeps.isBusy()).isTrue();
    sweeps.slice(8);
    assertThat(visited.calls).containsExactly("refold shop/x", "refold shop/x", "refold shop/y");
    assertThat(sweeps.slice(9)).isFalse();
  }

  @Test
  void beforeACheckpointEachWaitingAccountIsRemembered() throws Exception {
    sweeps.refold("shop/x");
    sweeps.beforeCheckpoint();
    assertThat(visited.calls).containsExactly("remember shop/x");
    assertThat(sweeps.isBusy()).isTrue();
  }

  @Test
  void anUnfinishedSweepIsClosedWithTheOperator() throws Exception {
    plans.define("shop", 1, LOGINS);
    visited.full = true;
    sweeps.slice(7);
    assertThat(closed).isFalse();
    sweeps.close();
    assertThat(closed).isTrue();
  }

  /** Writes down its calls; a visit takes some time, and may leave a profile unfinished. */
  private final class Visited implements ProfileSweeps.Visits {
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Integer> unfinished = new HashMap<>();
    private long nanosEach;
    private boolean full;

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public void begin(String space, SpacePlans.Plan plan, long asOf) {
      calls.add("begin " + space + " at " + asOf);
    }

    @Override
    public boolean visit(KeySweep sweep, String key, long asOf, BooleanSupplier pause) {
      calls.add("visit " + key + " at " + asOf);
      return isDone(key);
    }

    @Override
    public boolean refold(String key, BooleanSupplier pause) {
      calls.add("refold " + key);
      return isDone(key);
    }

    @Override
    public void remember(String key) {
      calls.add("remember " + key);
    }

    private boolean isDone(String key) {
      nanos += nanosEach;
      return unfinished.merge(key, -1, Integer::sum) < 0;
    }
  }
}
