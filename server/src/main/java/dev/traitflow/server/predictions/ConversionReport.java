package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.server.store.read.ProfileView;
import java.util.Arrays;

/**
 * Who did what was predicted, by the bin of percentile they were in when they did it. Scores are
 * written into the histories, so that a history tells the score a user had at any instant.
 *
 * @param since from when on events count, epoch milliseconds
 * @param until first instant behind
 * @param profiles users with a score in each bin, by their newest one before {@code until}; the
 *     lowest percentiles first
 * @param conversions target events of users in each bin at that moment
 * @param converters users with at least one conversion in each bin
 * @param unscored target events of users that had no score then
 * @param complete false if the histories were too long to be read whole
 */
public record ConversionReport(
    long since,
    long until,
    long[] profiles,
    long[] conversions,
    long[] converters,
    long unscored,
    boolean complete) {

  /** Events read for one report at most. */
  public static final long EVENTS_MAX = 20_000_000L;

  private static final int NONE = -1;

  /**
   * Reads the histories from {@code since} on.
   *
   * @param since when the first model came into force
   * @param until epoch milliseconds, exclusive
   */
  public static ConversionReport of(
      ProfileView view, String space, PredictionDefinition definition, long since, long until) {
    Scan scan = new Scan(definition);
    view.profiles(
        space,
        profile -> {
          if (ProfileIds.isAccount(profile)) {
            return true;
          }
          scan.begin();
          view.events(space, profile, since, until, true, resolved -> scan.take(resolved.event()));
          return scan.end();
        });
    return new ConversionReport(
        since,
        until,
        scan.profiles,
        scan.conversions,
        scan.converters,
        scan.unscored,
        scan.read <= EVENTS_MAX);
  }

  /** Share of the profiles of a bin that converted; NaN if there are none. */
  public double rate(int bin) {
    return profiles[bin] == 0 ? Double.NaN : converters[bin] / (double) profiles[bin];
  }

  private static final class Scan {
    private final PredictionDefinition definition;
    private final long[] profiles = new long[ScoreBins.BINS];
    private final long[] conversions = new long[ScoreBins.BINS];
    private final long[] converters = new long[ScoreBins.BINS];
    private final boolean[] converted = new boolean[ScoreBins.BINS];
    private long unscored;
    private long read;

    /** The bin before the instant at hand, and after what happened at it. */
    private int before;

    private int after;
    private long instant;

    Scan(PredictionDefinition definition) {
      this.definition = definition;
    }

    void begin() {
      before = NONE;
      after = NONE;
      instant = Long.MIN_VALUE;
      Arrays.fill(converted, false);
    }

    boolean take(Event event) {
      if (event.timestamp() > instant) {
        // A score of the same instant may be one that the conversion itself set off.
        instant = event.timestamp();
        before = after;
      }
      if (event.type() == EventType.WRITE && event.name().equals(definition.key())) {
        after = written(event);
      } else if (definition.isTarget(event)) {
        if (before == NONE) {
          unscored++;
        } else {
          conversions[before]++;
          converted[before] = true;
        }
      }
      return ++read <= EVENTS_MAX;
    }

    boolean end() {
      if (after != NONE) {
        profiles[after]++;
      }
      for (int i = 0; i < converted.length; i++) {
        converters[i] += converted[i] ? 1 : 0;
      }
      return read <= EVENTS_MAX;
    }

    private int written(Event write) {
      JsonNode percentile = JsonTree.parse(write.traits()).path(definition.key());
      return percentile.isNumber() ? ScoreBins.bin(percentile.doubleValue()) : NONE;
    }
  }
}
