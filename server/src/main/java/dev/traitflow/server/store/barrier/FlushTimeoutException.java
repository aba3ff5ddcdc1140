package dev.traitflow.server.store.barrier;

/** A flush was not answered in time; the message says by whom. */
public final class FlushTimeoutException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what is missing. */
  public FlushTimeoutException(String message) {
    super(message);
  }
}
