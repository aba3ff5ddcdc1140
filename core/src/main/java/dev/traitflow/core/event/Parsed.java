package dev.traitflow.core.event;

/** What became of a call's bytes: an event, or a reason why not. */
public sealed interface Parsed {
  /** The call is a valid event. */
  record Accepted(Event event) implements Parsed {}

  /**
   * The call was refused.
   *
   * @param reason why
   * @param message what was found, in a sentence a sender can act on
   */
  record Rejected(DiscardReason reason, String message) implements Parsed {}
}
