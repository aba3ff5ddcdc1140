package dev.traitflow.ml.model;

/** The part of a family in the blends that are tried. */
public enum BlendRole {
  /** A member of every blend. */
  STANDING,
  /** An equal member of the default blend; blends without it are tried too. */
  DEFAULT,
  /** No member of the default blend; one blend with it as an equal member is tried. */
  OPTIONAL
}
