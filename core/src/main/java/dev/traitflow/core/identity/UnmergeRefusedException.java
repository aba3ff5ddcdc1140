package dev.traitflow.core.identity;

/** A merge cannot be taken back as ordered; the message says why. */
public final class UnmergeRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says why. */
  public UnmergeRefusedException(String message) {
    super(message);
  }
}
