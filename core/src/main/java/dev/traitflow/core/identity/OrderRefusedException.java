package dev.traitflow.core.identity;

import java.util.List;

/** An operator's order about profiles cannot be carried out: nothing has changed. */
public final class OrderRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Insight.Refused refusal;

  private OrderRefusedException(Insight.Refused refusal) {
    super(refusal.rule().isEmpty() ? refusal.text() : refusal.text() + " (" + refusal.rule() + ")");
    this.refusal = refusal;
  }

  /**
   * Says why.
   *
   * @param text the text of a violation, or what was wrong with the order
   * @param rule the rule in words, such as {@code user_id limit 1}; empty where the text says it
   *     all
   * @param identifiers those that the order names
   * @param profiles canonical ids of the profiles it is about
   */
  static OrderRefusedException of(
      String text, String rule, List<Identifier> identifiers, List<String> profiles) {
    return new OrderRefusedException(new Insight.Refused(text, rule, identifiers, profiles));
  }

  /** What the log of decisions says of it. */
  public Insight.Refused refusal() {
    return refusal;
  }
}
