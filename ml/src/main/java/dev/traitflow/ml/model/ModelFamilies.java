package dev.traitflow.ml.model;

import java.util.List;

/** All families of models. */
public final class ModelFamilies {
  /** Regularised logistic regression; for spend, Poisson regression. */
  public static final ModelFamily LINEAR = new LinearFamily();

  /** Boosted trees. */
  public static final ModelFamily TREES = new TreesFamily();

  /** The customer-base model, which needs no labels. */
  public static final ModelFamily CUSTOMER_BASE = new CustomerBaseFamily();

  /** Every family, in the order in which the members of a blend are summed. */
  public static final List<ModelFamily> ALL = List.of(LINEAR, TREES, CUSTOMER_BASE);

  private ModelFamilies() {}

  /**
   * The family of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ModelFamily named(String name) {
    for (ModelFamily family : ALL) {
      if (family.name().equals(name)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "model family: got '"
            + name
            + "' (expected one of "
            + ALL.stream().map(ModelFamily::name).toList()
            + ")");
  }
}
