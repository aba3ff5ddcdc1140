package dev.traitflow.server.config;

import java.util.List;

/** A definition that cannot be taken; nothing of it was applied. */
public final class InvalidDefinitionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** Says everything that is wrong, one sentence each. */
  public InvalidDefinitionException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
