package dev.traitflow.server.questions;

import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.read.StoredHistory;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who would have a trait if it were created now: every history of a space folded with core's
 * engine, one profile at a time.
 *
 * @param total how many profiles would have a value
 * @param sample the first of them by id
 * @param profiles how many profiles were looked at
 * @param events how many events were read
 * @param named how many of those have the name the trait counts
 */
public record TraitPreview(
    long total, List<Member> sample, long profiles, long events, long named) {
  /** The greatest number of profiles shown. */
  public static final int SAMPLE_MAX = 20;

  /**
   * A profile that would have a value.
   *
   * @param profile its canonical id
   * @param identifiers its identifiers in the order shown
   * @param json the value as compact JSON
   */
  public record Member(String profile, List<StoredIdentifier> identifiers, String json) {
    public Member {
      identifiers = List.copyOf(identifiers);
    }
  }

  public TraitPreview {
    sample = List.copyOf(sample);
  }

  /**
   * Previews a trait. Cost: every event of the space's users or accounts is read once.
   *
   * @param trait a definition without problems
   * @param now the instant the windows are judged at, epoch milliseconds
   */
  public static TraitPreview of(ProfileView view, String space, TraitDefinition trait, long now) {
    ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of(trait)), trait.level());
    Set<String> names = Set.of(trait.event());
    List<Member> sample = new ArrayList<>();
    long[] counts = new long[4];
    view.profiles(
        space,
        profile -> {
          if (ProfileView.level(profile) != trait.level()) {
            return true;
          }
          StoredHistory history = StoredHistory.ofNames(view, space, profile, names);
          counts[1]++;
          counts[2] += history.eventsRead();
          counts[3] += history.size();
          Optional<String> json = value(engine, history, trait.key(), now);
          if (json.isPresent() && counts[0]++ < SAMPLE_MAX) {
            sample.add(new Member(profile, view.identifiers(space, profile), json.get()));
          }
          return true;
        });
    return new TraitPreview(counts[0], sample, counts[1], counts[2], counts[3]);
  }

  /** The value of a trait that the engine computes of a history, as compact JSON. */
  static Optional<String> value(ProfileEngine engine, StoredHistory history, String key, long now) {
    if (history.size() == 0) {
      return Optional.empty();
    }
    for (TraitValue value : engine.values(engine.fold(history, now))) {
      if (value.key().equals(key)) {
        return Optional.ofNullable(value.text());
      }
    }
    return Optional.empty();
  }
}
