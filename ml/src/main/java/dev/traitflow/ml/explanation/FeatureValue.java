package dev.traitflow.ml.explanation;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A feature of a profile as a person reads it.
 *
 * @param number the feature, in its own unit; NaN if there is none, as of an event that never
 *     happened
 * @param words what it is: {@code time since the last}
 * @param text how it stands: {@code 12.3 days}, {@code never}
 */
public record FeatureValue(double number, String words, String text) {

  /** The value of a column, before it was transformed and standardised for the model. */
  static FeatureValue of(FeatureMapping mapping, int column, double[] row, FeatureBlock block) {
    Column what = mapping.columns().get(column);
    FeatureWords words = FeatureWords.of(what.feature());
    double number = number(mapping, column, row[column], block);
    return new FeatureValue(number, words.words(), words.text(number));
  }

  private static double number(
      FeatureMapping mapping, int column, double standardised, FeatureBlock block) {
    Column what = mapping.columns().get(column);
    String feature = what.feature();
    if (what.isOfTrait()) {
      Double value = block.traits().get(what.trait());
      boolean flag = feature.equals(FeatureMapping.TRAIT_SET);
      return flag ? (value == null ? 0 : 1) : value == null ? Double.NaN : value;
    }
    String event = what.block();
    double z = standardised * mapping.deviation(column) + mapping.mean(column);
    if (FeatureWords.isModelled(feature)) {
      return FeatureWords.unmodelled(feature, z);
    }
    // From the block where it is: rows hold a cap in the place of what never happened.
    double[] features =
        event.equals(FeatureMapping.TOTALS) ? block.totals() : block.events().get(event);
    if (feature.equals(FeatureMapping.HAPPENED)) {
      return features != null && features[FeatureSet.position("count")] > 0 ? 1 : 0;
    }
    if (feature.equals(FeatureMapping.REPEATED)) {
      return features != null && features[FeatureSet.position("active_days")] > 1 ? 1 : 0;
    }
    if (!FeatureSet.PROFILE_FEATURES.contains(feature)) {
      return decimals(Math.signum(z) * Math.expm1(Math.abs(z)), 6);
    }
    double stored = features == null ? missing(feature) : features[FeatureSet.position(feature)];
    return stored == FeatureSet.NEVER && FeatureWords.canBeNever(feature) ? Double.NaN : stored;
  }

  private static double missing(String feature) {
    return FeatureWords.canBeNever(feature) ? FeatureSet.NEVER : 0;
  }

  private static double decimals(double value, int places) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_EVEN).doubleValue()
        : value;
  }
}
