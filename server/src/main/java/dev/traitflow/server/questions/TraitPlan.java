package dev.traitflow.server.questions;

import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.read.StoredHistory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a change of one definition would do to the values that profiles show now.
 *
 * @param key the trait's key
 * @param added profiles that would get a value
 * @param changed profiles whose value would differ
 * @param removed profiles that would lose their value
 * @param unchanged profiles whose value would stay
 * @param sample the first differences by profile id
 */
public record TraitPlan(
    String key, long added, long changed, long removed, long unchanged, List<Difference> sample) {
  /** The greatest number of differences shown. */
  public static final int SAMPLE_MAX = 20;

  /**
   * A value that would differ.
   *
   * @param profile the canonical id
   * @param before the value shown now as compact JSON; null if there is none
   * @param after the value then; null if there is none
   */
  public record Difference(String profile, @Nullable String before, @Nullable String after) {}

  /**
   * The plans of several definitions, made in one go.
   *
   * @param plans one for each definition, in their order
   * @param kept of each deleted key, how many profiles keep its value as a custom trait
   * @param profiles how many profiles were looked at
   * @param events how many events were read
   * @param millis how long that took: the job reads the same histories to change its values
   */
  public record Result(
      List<TraitPlan> plans, Map<String, Long> kept, long profiles, long events, long millis) {
    public Result {
      plans = List.copyOf(plans);
      kept = Map.copyOf(kept);
    }
  }

  public TraitPlan {
    sample = List.copyOf(sample);
  }

  /**
   * Compares what profiles show with what they would. Cost: every event of the space is read once
   * for its user, and once for each account of the user that a definition is about.
   *
   * @param wanted definitions without problems and without slots, new or edited, of distinct keys
   * @param deleted keys of definitions that would go
   * @param now the instant the windows are judged at, epoch milliseconds
   */
  public static Result of(
      ProfileView view, String space, List<TraitDefinition> wanted, Set<String> deleted, long now) {
    long start = System.nanoTime();
    Map<TraitLevel, Level> levels = new EnumMap<>(TraitLevel.class);
    for (TraitLevel level : TraitLevel.values()) {
      levels.put(level, new Level(wanted, level));
    }
    List<Counts> counts = wanted.stream().map(Counts::new).toList();
    Map<String, Long> kept = new HashMap<>();
    deleted.forEach(key -> kept.put(key, 0L));
    long[] totals = new long[2];
    view.profiles(
        space,
        profile -> {
          TraitLevel level = ProfileView.level(profile);
          Level folded = Objects.requireNonNull(levels.get(level));
          Function<String, @Nullable String> shown = key -> text(view.trait(space, profile, key));
          totals[0]++;
          if (!folded.names.isEmpty()) {
            StoredHistory history = StoredHistory.ofNames(view, space, profile, folded.names);
            totals[1] += history.eventsRead();
            Map<String, String> values = values(folded.engine, history, now);
            for (Counts one : counts) {
              if (one.level == level) {
                one.take(profile, shown.apply(one.key), values.get(one.key));
              }
            }
          }
          for (String key : deleted) {
            if (shown.apply(key) != null) {
              kept.merge(key, 1L, Long::sum);
            }
          }
          return true;
        });
    long millis = (System.nanoTime() - start) / 1_000_000;
    return new Result(
        counts.stream().map(Counts::plan).toList(), kept, totals[0], totals[1], millis);
  }

  private static Map<String, String> values(ProfileEngine engine, StoredHistory history, long now) {
    Map<String, String> values = new HashMap<>();
    if (history.size() > 0) {
      for (TraitValue value : engine.values(engine.fold(history, now))) {
        String text = value.text();
        if (text != null) {
          values.put(value.key(), text);
        }
      }
    }
    return values;
  }

  private static @Nullable String text(@Nullable TraitValue value) {
    return value == null ? null : value.text();
  }

  /** What is folded of the histories of one level. */
  private static final class Level {
    private final ProfileEngine engine;
    private final Set<String> names;

    Level(List<TraitDefinition> wanted, TraitLevel level) {
      List<TraitDefinition> traits =
          wanted.stream().filter(trait -> trait.level() == level).toList();
      engine = new ProfileEngine(ProfilePlan.of(traits), level);
      names = traits.stream().map(TraitDefinition::event).collect(Collectors.toSet());
    }
  }

  /** A plan while it is made. */
  private static final class Counts {
    private final String key;
    private final TraitLevel level;
    private final List<Difference> sample = new ArrayList<>();
    private long added;
    private long changed;
    private long removed;
    private long unchanged;

    Counts(TraitDefinition wanted) {
      key = wanted.key();
      level = wanted.level();
    }

    void take(String profile, @Nullable String before, @Nullable String after) {
      if (Objects.equals(before, after)) {
        unchanged += after == null ? 0 : 1;
        return;
      }
      if (before == null) {
        added++;
      } else if (after == null) {
        removed++;
      } else {
        changed++;
      }
      if (sample.size() < SAMPLE_MAX) {
        sample.add(new Difference(profile, before, after));
      }
    }

    TraitPlan plan() {
      return new TraitPlan(key, added, changed, removed, unchanged, sample);
    }
  }
}
