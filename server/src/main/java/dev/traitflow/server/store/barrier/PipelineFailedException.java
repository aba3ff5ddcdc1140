package dev.traitflow.server.store.barrier;

/** A flush will not be answered, for the pipeline does not work; the message says why. */
public final class PipelineFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what does not work and its cause. */
  public PipelineFailedException(String message) {
    super(message);
  }
}
