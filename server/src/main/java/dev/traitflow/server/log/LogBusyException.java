package dev.traitflow.server.log;

/** Calls come faster than the log can keep them. Carries no stack: it is thrown in a hurry. */
public final class LogBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** More than {@code bytes} wait to become durable. */
  public LogBusyException(long bytes) {
    super(bytes + " bytes of calls wait to become durable", null, false, false);
  }
}
