package dev.traitflow.ml.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A setting with which a family is tried.
 *
 * @param parameter its name in model cards; empty if the family has nothing to set
 * @param value an {@link Integer} or a {@link Double}
 */
public record Candidate(String parameter, Number value) {
  /** The candidate of a family that has nothing to set. */
  public static final Candidate ONLY = new Candidate("", 0);

  /** The name of a family with this setting, as model cards list losses. */
  public String label(ModelFamily family) {
    return parameter.isEmpty() ? family.name() : family.name() + " " + parameter + " " + value;
  }

  /** Writes the setting into a model card; writes nothing if there is none. */
  public void put(ObjectNode card) {
    if (parameter.isEmpty()) {
      return;
    }
    if (value instanceof Integer whole) {
      card.put(parameter, whole);
    } else {
      card.put(parameter, value.doubleValue());
    }
  }
}
