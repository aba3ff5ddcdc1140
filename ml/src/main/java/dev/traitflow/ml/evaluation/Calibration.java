package dev.traitflow.ml.evaluation;

/** Makes log odds honest. Never turns two scores round. */
public sealed interface Calibration permits PlattScaling, IsotonicScaling {
  /** The calibrated log odds of a margin; rises strictly with it. */
  double logOdds(double margin);

  /** The same with all log odds moved by so much. */
  Calibration shifted(double by);

  /** The calibrated probability of a margin. */
  default double probability(double margin) {
    return PlattScaling.sigmoid(logOdds(margin));
  }
}
