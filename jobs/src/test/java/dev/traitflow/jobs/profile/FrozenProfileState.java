package dev.traitflow.jobs.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.Frozen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What folds keep in their state. */
public final class FrozenProfileState {
  private static final long T0 = 1_740_000_000_000L;

  /** Every form. */
  public static final List<Frozen> ALL = all();

  private FrozenProfileState() {}

  private static List<Frozen> all() {
    List<Frozen> all = new ArrayList<>();
    all.add(Frozen.earlier("fold-state.v3", FoldState.CODEC, fold(3)));
    all.add(Frozen.earlier("fold-state.v4", FoldState.CODEC, fold(4)));
    all.add(Frozen.of("fold-state.v5", FoldState.CODEC, fold(5)));
    all.add(keys("trait-keys.v1", new TraitKeys.Known(1, Set.of("plan"))));
    all.add(keys("trait-keys.many.v1", new TraitKeys.Known(65, Set.of())));
    PartialRefusals.Count count =
        new PartialRefusals.Count("refused.too_many_trait_keys/spa_shop/web", 3);
    all.add(
        new Frozen("partial-refusals.v1", count.encode(), PartialRefusals.Count::decode, count));
    all.add(plans());
    return all;
  }

  private static Frozen keys(String name, TraitKeys.Known known) {
    return new Frozen(name, known.encode(), TraitKeys.Known::decode, known);
  }

  /** A state with all that the version could say. */
  private static FoldState fold(int version) {
    FoldState state = new FoldState();
    state.now = T0;
    state.shownAttempt = 99;
    state.timer = T0 + 5;
    state.known = true;
    state.engine = new byte[] {4, 5, 6};
    state.directory = new byte[] {1, 2};
    state.mergeSeen(17, 2);
    state.moved(17, "use_2");
    boolean unusedSinceMoreAreToCome = state.lastLeft(18, 3);
    boolean unusedSinceItIsNew = state.links.add("g1");
    state.links.tell(new TreeMap<>(Map.of("plan", "\"pro\"")));
    if (version >= 4) {
      state.featuresAt = T0 - 7;
      state.featuresDue = T0 + 7;
    }
    if (version >= 5) {
      state.refolding = true;
      state.purgedTo = T0 - 9;
    }
    return state;
  }

  private static Frozen plans() {
    SpacePlans plans = new SpacePlans(TraitLevel.USER);
    plans.define("spa_shop", 17, "{\"id\":\"spa_shop\",\"name\":\"S\"}".getBytes(UTF_8));
    for (SpacePlans.Plan plan : plans.all().values()) {
      plan.score(18);
    }
    return new Frozen(
        "space-plans.v1", plans.encode(), FrozenProfileState::restored, plans.counts());
  }

  private static Map<String, Long> restored(byte[] bytes) {
    SpacePlans plans = new SpacePlans(TraitLevel.USER);
    plans.restore(bytes);
    return plans.counts();
  }
}
