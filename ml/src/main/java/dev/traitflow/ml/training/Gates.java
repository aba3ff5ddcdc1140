package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.DataChecks.TargetDays;

/** Which data is refused. */
public enum Gates {
  /** The vendor's gates, for spaces with the vendor's limits. */
  VENDOR,
  /** The same, but the target event may be missing on every fifth day. */
  USUAL,
  /** Failed gates are told and passed over, as evaluations may ask for. */
  IGNORED;

  /** On how many days the target event must have been seen. */
  TargetDays targetDays(boolean hasModel) {
    if (hasModel) {
      return TargetDays.EACH_WEEK;
    }
    return this == VENDOR ? TargetDays.EACH : TargetDays.MOST;
  }
}
