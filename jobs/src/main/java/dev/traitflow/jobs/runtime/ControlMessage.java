package dev.traitflow.jobs.runtime;

/** A message to every subtask, sent once to each of the {@link ControlKeys}. */
public sealed interface ControlMessage extends ProfileMessage {
  /** Which lane or subtask sends it, from 0. */
  int origin();

  /** How many lanes or subtasks send it. */
  int origins();

  /** The same message to a key, from an origin. */
  ControlMessage addressed(String toKey, int fromOrigin, int ofOrigins);

  /**
   * A barrier: every stage answers it after everything that came before it.
   *
   * @param key one of the {@link ControlKeys}
   * @param origin which lane or subtask sends it, from 0
   * @param origins how many lanes or subtasks send it
   * @param number the barrier's number
   * @param at the clock at the barrier, epoch milliseconds
   * @param beat true if it waits for pending changes only, not for the work of a definition
   */
  record Flush(String key, int origin, int origins, long number, long at, boolean beat)
      implements ControlMessage {
    /** One that is not addressed yet. */
    public Flush(long number, long at, boolean beat) {
      this("", 0, 0, number, at, beat);
    }

    @Override
    public Kind kind() {
      return Kind.FLUSH;
    }

    @Override
    public Flush addressed(String toKey, int fromOrigin, int ofOrigins) {
      return new Flush(toKey, fromOrigin, ofOrigins, number, at, beat);
    }
  }

  /**
   * A space has a new definition.
   *
   * @param key one of the {@link ControlKeys}
   * @param origin which lane or subtask sends it, from 0
   * @param origins how many lanes or subtasks send it
   * @param sequence offset of the definition in the log
   * @param at the clock at that record, epoch milliseconds
   * @param space id of the space
   * @param definition the definition, as JSON
   */
  record Define(
      String key, int origin, int origins, long sequence, long at, String space, byte[] definition)
      implements ControlMessage {
    /** One that is not addressed yet. */
    public Define(long sequence, long at, String space, byte[] definition) {
      this("", 0, 0, sequence, at, space, definition);
    }

    @Override
    public Kind kind() {
      return Kind.DEFINE;
    }

    @Override
    public Define addressed(String toKey, int fromOrigin, int ofOrigins) {
      return new Define(toKey, fromOrigin, ofOrigins, sequence, at, space, definition);
    }
  }

  /**
   * A scoring round begins: the features of every known profile of a space are wanted.
   *
   * @param key one of the {@link ControlKeys}
   * @param origin which lane or subtask sends it, from 0
   * @param origins how many lanes or subtasks send it
   * @param sequence offset in the log of the order to score
   * @param at the clock at that record, epoch milliseconds
   * @param space id of the space
   */
  record Score(String key, int origin, int origins, long sequence, long at, String space)
      implements ControlMessage {
    /** One that is not addressed yet. */
    public Score(long sequence, long at, String space) {
      this("", 0, 0, sequence, at, space);
    }

    @Override
    public Kind kind() {
      return Kind.SCORE;
    }

    @Override
    public Score addressed(String toKey, int fromOrigin, int ofOrigins) {
      return new Score(toKey, fromOrigin, ofOrigins, sequence, at, space);
    }
  }
}
