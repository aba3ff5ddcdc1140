package dev.traitflow.core.identity;

/** A regular expression that cannot be run in linear time; the message says where and why. */
public final class RefusedExpressionException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says where and why. */
  RefusedExpressionException(String message) {
    super(message);
  }
}
