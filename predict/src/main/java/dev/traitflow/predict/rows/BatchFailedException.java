package dev.traitflow.predict.rows;

/** A bounded job did not come to its end; the message says which one and why. */
public final class BatchFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what failed. */
  public BatchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
