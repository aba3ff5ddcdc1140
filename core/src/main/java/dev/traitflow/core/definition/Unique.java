package dev.traitflow.core.definition;

/**
 * A value that no two objects of a space may share.
 *
 * @param scope among which objects it is unique; kinds that share a scope share their values
 * @param member the member that has it
 * @param value the value; empty if the object has none
 */
public record Unique(String scope, String member, String value) {
  /** The scope of keys of traits, audiences and predictions: all of them are keys of profiles. */
  public static final String COMPUTATION = "computation";
}
