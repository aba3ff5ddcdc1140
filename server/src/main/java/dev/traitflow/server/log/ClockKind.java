package dev.traitflow.server.log;

import java.util.Locale;

/** What moves a clock. */
public enum ClockKind {
  /** The machine's clock, never going back. */
  WALL,
  /** The events of a replay: the greatest timestamp of an accepted one. */
  EVENT,
  /** Someone who sets it; between that it stands still. */
  TEST;

  /** The name in files and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
