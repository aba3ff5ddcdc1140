package dev.traitflow.server.config;

/**
 * A change of a space that could not be prepared, as its jobs do not answer; nothing has changed.
 */
public final class UnpreparedChangeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnpreparedChangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
