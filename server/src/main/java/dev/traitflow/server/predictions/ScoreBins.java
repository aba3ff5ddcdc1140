package dev.traitflow.server.predictions;

import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everybody's scores of one prediction as they are on the profiles now, in ten bins of percentile,
 * and those of one range of percentiles.
 *
 * @param bins ten bins, the lowest percentiles first
 * @param range the range asked for
 */
public record ScoreBins(List<Bin> bins, Bin range) {
  /** How many bins there are. */
  public static final int BINS = 10;

  /**
   * Profiles whose percentile lies in a range.
   *
   * @param from lowest percentile, inclusive
   * @param to first percentile behind, exclusive; 1 or more for no end
   * @param profiles how many there are
   * @param mean their mean probability or amount; NaN if there are none
   * @param ratio that mean over everybody's; NaN if it cannot be told
   */
  public record Bin(double from, double to, long profiles, double mean, double ratio) {}

  public ScoreBins {
    bins = List.copyOf(bins);
  }

  /** How many profiles have a score. */
  public long profiles() {
    return bins.stream().mapToLong(Bin::profiles).sum();
  }

  /** The bin of a percentile. */
  public static int bin(double percentile) {
    // Percentiles have two decimals: counting hundredths puts 0.3 where people expect it.
    return (int) Math.max(0, Math.min(BINS - 1, Math.round(percentile * 100) / BINS));
  }

  /**
   * Reads the scores. Cost: two values of every user.
   *
   * @param from lowest percentile of the range, inclusive
   * @param to first percentile behind the range; 1 for no end
   */
  public static ScoreBins of(
      ProfileView view, String space, PredictionDefinition definition, double from, double to) {
    String valueKey = definition.key() + (definition.isProbability() ? "_probability" : "_amount");
    Tally[] tallies = new Tally[BINS];
    for (int i = 0; i < BINS; i++) {
      tallies[i] = new Tally();
    }
    Tally all = new Tally();
    Tally wanted = new Tally();
    view.profiles(
        space,
        profile -> {
          double percentile =
              ProfileIds.isAccount(profile)
                  ? Double.NaN
                  : number(view.trait(space, profile, definition.key()));
          if (!Double.isNaN(percentile)) {
            double value = number(view.trait(space, profile, valueKey));
            tallies[bin(percentile)].add(value);
            all.add(value);
            if (percentile >= from && (percentile < to || to >= 1)) {
              wanted.add(value);
            }
          }
          return true;
        });
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      bins.add(tallies[i].bin(i / 10.0, (i + 1) / 10.0, all));
    }
    return new ScoreBins(bins, wanted.bin(from, to, all));
  }

  /** A predicted number; NaN if there is none. */
  static double number(@Nullable TraitValue value) {
    String text =
        value == null || value.traitClass() != TraitClass.PREDICTION ? null : value.text();
    try {
      return text == null ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }

  private static final class Tally {
    private long profiles;
    private long valued;
    private double sum;

    void add(double value) {
      profiles++;
      if (!Double.isNaN(value)) {
        valued++;
        sum += value;
      }
    }

    double mean() {
      return valued == 0 ? Double.NaN : sum / valued;
    }

    Bin bin(double from, double to, Tally all) {
      double ratio = all.mean() == 0 ? Double.NaN : mean() / all.mean();
      return new Bin(from, to, profiles, mean(), ratio);
    }
  }
}
