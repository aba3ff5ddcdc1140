package dev.traitflow.launcher.cli;

import dev.traitflow.core.definition.Problem;
import dev.traitflow.launcher.runtime.Failure;
import java.util.List;

/** A server's refusal, as the sentence it came with. */
final class Refusal extends Failure {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * A refusal.
   *
   * @param message a sentence; each problem on a line of its own
   * @param problems what is wrong with the definition that was sent; empty if none was
   */
  Refusal(String message, List<Problem> problems) {
    super(message);
    this.problems = List.copyOf(problems);
  }

  /** What is wrong with the definition that was sent; empty if none was. */
  List<Problem> problems() {
    return problems;
  }
}
