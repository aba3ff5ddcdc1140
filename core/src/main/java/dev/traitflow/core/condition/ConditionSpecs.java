package dev.traitflow.core.condition;

import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import java.util.List;

/** The members of conditions on events. */
public final class ConditionSpecs {
  /** One condition. */
  public static final Spec CONDITION =
      Spec.of(
          "condition",
          "One condition on a property.",
          Spec.member(
                  "property",
                  Type.name(),
                  "A path such as revenue, products.$.sku or context.page.path.")
              .required(),
          Spec.member("op", Type.oneOf(Operator.values(), Operator::wireName), "What must hold.")
              .required(),
          Spec.member(
              "value",
              Type.any(),
              "What is compared with: a list for the one_of operators, none for exists and not_exists."),
          Spec.member(
                  "value_type",
                  Type.oneOf("text", "number"),
                  "number: both sides are compared as numbers.")
              .byDefault("text"),
          Spec.member("ignore_case", Type.truth(), "true: upper and lower case are the same.")
              .byDefault(false));

  /** A group of conditions. */
  public static final Spec GROUP =
      Spec.of(
              "group",
              "Conditions of which all or any must hold.",
              Spec.member(
                  "all",
                  Type.listOf(
                      new Type.Nested(
                          List.of(() -> ConditionSpecs.CONDITION, () -> ConditionSpecs.GROUP))),
                  "All of these must hold."),
              Spec.member(
                  "any",
                  new Type.Items(
                      new Type.Nested(
                          List.of(() -> ConditionSpecs.CONDITION, () -> ConditionSpecs.GROUP)),
                      1,
                      Integer.MAX_VALUE),
                  "One of these is enough."),
              Spec.member(
                      "same_element",
                      Type.truth(),
                      "true: one element of an array must fulfil the group.")
                  .byDefault(false))
          .exactlyOneOf("all", "any");

  private ConditionSpecs() {}
}
