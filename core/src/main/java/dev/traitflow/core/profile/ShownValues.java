package dev.traitflow.core.profile;

import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.trait.ComputedTrait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the state of a profile shows under a plan, audiences aside. */
final class ShownValues {
  private final ProfilePlan plan;

  ShownValues(ProfilePlan plan) {
    this.plan = plan;
  }

  /** The wanted values without audiences: what audiences are judged by. */
  SortedMap<String, TraitValue> traits(ProfileState state, WantedKeys wanted) {
    SortedMap<String, TraitValue> values = new TreeMap<>(CodePointOrder.INSTANCE);
    state.custom().addTo(values, wanted);
    state.written().addTo(values, wanted);
    state
        .gone()
        .forEach(
            (key, instant) -> {
              if (wanted.test(key)) {
                values.putIfAbsent(key, absent(key, 0, instant));
              }
            });
    for (ComputedTrait trait : plan.live()) {
      String key = trait.key();
      if (!wanted.test(key)) {
        continue;
      }
      int version = trait.definition().version();
      TraitValue value = live(state, trait, version);
      if (value != null) {
        values.put(key, value);
      } else {
        values.computeIfPresent(key, (k, hidden) -> absent(key, version, hidden.updatedAt()));
      }
    }
    return values;
  }

  private static @Nullable TraitValue live(ProfileState state, ComputedTrait trait, int version) {
    if (!trait.definition().enabled()) {
      return state.written().frozen(trait.key(), version);
    }
    ComputedState computed = built(state, trait);
    return computed == null ? null : computed(computed, version);
  }

  /** The keys of values that may differ from what they were when the state was loaded. */
  Set<String> changed(ProfileState state) {
    Set<String> changed = new HashSet<>(state.changed());
    changed.addAll(state.memberships().changed());
    for (ComputedTrait trait : plan.live()) {
      ComputedState computed = state.findUsed(trait);
      if (computed != null && computed.isChanged()) {
        changed.add(trait.key());
      }
    }
    changed.addAll(state.custom().changed());
    changed.addAll(state.written().changed());
    return changed;
  }

  /** The values of the staged traits that are built; all, or those that may have changed. */
  List<TraitValue> staged(ProfileState state, boolean all) {
    List<TraitValue> values = new ArrayList<>();
    for (ComputedState withdrawn : state.withdrawn()) {
      values.add(absent(withdrawn.key(), withdrawn.version(), withdrawn.updatedAt()));
    }
    for (ComputedTrait trait : plan.staged()) {
      ComputedState used = state.findUsed(trait);
      ComputedState computed =
          all || (used != null && used.isChanged()) ? built(state, trait) : null;
      if (computed != null) {
        values.add(computed(computed, computed.version()));
      }
    }
    return values;
  }

  /** The state of a trait that has a value to tell, or null. */
  private static @Nullable ComputedState built(ProfileState state, ComputedTrait trait) {
    ComputedState computed = state.find(trait);
    return computed == null || !computed.isMatched() || state.backfill().builds(trait.slot())
        ? null
        : computed;
  }

  private static TraitValue computed(ComputedState computed, int version) {
    byte[] json = computed.json();
    return new TraitValue(
        computed.key(),
        TraitClass.COMPUTED,
        json,
        version,
        computed.updatedAt(),
        "",
        computed.isTruncated() ? Extent.TRUNCATED : Extent.WHOLE);
  }

  private static TraitValue absent(String key, int version, long updatedAt) {
    return new TraitValue(key, TraitClass.COMPUTED, null, version, updatedAt, "");
  }
}
