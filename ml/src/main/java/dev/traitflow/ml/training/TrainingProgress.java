package dev.traitflow.ml.training;

/** Hears how far training has come. */
public interface TrainingProgress {
  /** Hears nothing. */
  TrainingProgress NONE = (step, share) -> {};

  /**
   * A step begins.
   *
   * @param step what is being done, for people
   * @param share part of the whole that is done, 0 to 1
   */
  void at(String step, double share);
}
