package dev.traitflow.server.predictions;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.prediction.DataChecks;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.DataChecks.LabelCounts;
import dev.traitflow.core.prediction.DataChecks.TargetDays;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a prediction would find if it were created now: who would be scored, and what every data
 * check says. The same checks and labels as training, over the stored histories.
 *
 * @param profiles users there are, known and anonymous
 * @param known those of them with an identifier other than {@code anonymous_id}
 * @param eligible known users that would be scored
 * @param labels what users did in the newest window that is over
 * @param checks every data check, in the order in which they should be told
 * @param seen the events of the space by name
 */
public record PredictionPreview(
    long profiles,
    long known,
    long eligible,
    LabelCounts labels,
    List<Check> checks,
    EventStatistics seen) {

  public PredictionPreview {
    checks = List.copyOf(checks);
  }

  /**
   * Looks at every history. Cost: every event of the space's users is read once, one profile's
   * events are on the heap at a time.
   *
   * @param definition a definition without problems
   * @param now only events before it count, epoch milliseconds
   */
  public static PredictionPreview of(
      ProfileView view, SpaceDefinition space, PredictionDefinition definition, long now) {
    TargetDays days = space.vendorLimits() ? TargetDays.EACH : TargetDays.MOST;
    Scan scan = new Scan(view, space.id(), definition, now, days);
    view.profiles(
        space.id(),
        profile -> {
          if (!ProfileIds.isAccount(profile)) {
            scan.take(profile);
          }
          return true;
        });
    return scan.result();
  }

  /** The events of a space's users by name. Reads every event once. */
  public static EventStatistics events(ProfileView view, String space, long now) {
    EventStatistics statistics = new EventStatistics();
    view.profiles(
        space,
        profile -> {
          if (!ProfileIds.isAccount(profile)) {
            view.events(
                space,
                profile,
                0,
                now,
                true,
                resolved -> {
                  statistics.add(resolved.event());
                  return true;
                });
          }
          return true;
        });
    return statistics;
  }

  private static final class Scan {
    private final ProfileView view;
    private final String space;
    private final PredictionDefinition definition;
    private final long now;
    private final long cutoff;
    private final TargetDays targetDays;
    private final EventStatistics statistics = new EventStatistics();
    private long profiles;
    private long known;
    private int eligible;
    private int positives;
    private int negatives;

    Scan(
        ProfileView view,
        String space,
        PredictionDefinition definition,
        long now,
        TargetDays targetDays) {
      this.targetDays = targetDays;
      this.view = view;
      this.space = space;
      this.definition = definition;
      this.now = now;
      this.cutoff = now - definition.window();
    }

    void take(String profile) {
      profiles++;
      List<Event> history = new ArrayList<>();
      view.events(
          space,
          profile,
          0,
          now,
          true,
          resolved -> {
            Event event = resolved.event();
            if (PredictionDefinition.isFeatureEvent(event)) {
              statistics.add(event);
              history.add(event);
            }
            return true;
          });
      if (!isKnown(profile)) {
        return;
      }
      known++;
      OptionalDouble label = Labels.label(definition, history, cutoff);
      if (label.isPresent()) {
        positives += label.getAsDouble() > 0 ? 1 : 0;
        negatives += label.getAsDouble() > 0 ? 0 : 1;
      }
      if (Labels.label(definition, history, now).isPresent() && isInCohort(profile)) {
        eligible++;
      }
    }

    private boolean isKnown(String profile) {
      return view.identifiers(space, profile).stream()
          .anyMatch(stored -> !stored.identifier().type().equals(Identifier.ANONYMOUS_ID));
    }

    private boolean isInCohort(String profile) {
      if (definition.cohort().isEmpty()) {
        return true;
      }
      TraitValue member = view.trait(space, profile, definition.cohort());
      return member != null
          && member.traitClass() == TraitClass.AUDIENCE
          && "true".equals(member.text());
    }

    PredictionPreview result() {
      // Where nobody is asked about at present, training counts those of the newest window.
      boolean counted = eligible > 0 || !definition.cohort().isEmpty();
      LabelCounts labels =
          new LabelCounts(counted ? eligible : positives + negatives, positives, negatives);
      return new PredictionPreview(
          profiles,
          known,
          eligible,
          labels,
          DataChecks.run(definition, statistics, labels, now, targetDays),
          statistics);
    }
  }
}
