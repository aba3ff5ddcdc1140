package dev.traitflow.server.store.read;

/** A history has more events than a read takes on without being told that it may be slow. */
public final class HistoryTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HistoryTooLongException(long eventsMax) {
    super("the history has more than " + eventsMax + " events");
  }
}
