package dev.traitflow.launcher.runtime;

/**
 * An expected failure whose message is a sentence for the person at the terminal.
 *
 * <p>Commands print the message alone and exit with 1. Anything else that is thrown is a defect and
 * keeps its stack trace.
 */
public class Failure extends RuntimeException {
  /** A failure without a deeper cause. */
  public Failure(String message) {
    super(message);
  }

  /** A failure that another one led to; only its own message is shown. */
  public Failure(String message, Throwable cause) {
    super(message, cause);
  }
}
