package dev.traitflow.server.http;

/** Hears of every answered request of one route. Called on the connection's own thread. */
@FunctionalInterface
public interface RequestObserver {
  /** Hears nothing. */
  RequestObserver NONE = (status, nanos) -> {};

  /**
   * A request was answered.
   *
   * @param status what was answered
   * @param nanos from the request's head until the end of the answer
   */
  void answered(int status, long nanos);
}
