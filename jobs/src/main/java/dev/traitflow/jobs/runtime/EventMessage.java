package dev.traitflow.jobs.runtime;

/** An event on its way to a history or a fold. */
public sealed interface EventMessage extends ProfileMessage {
  /** Offset in the log of the record that caused the message. */
  long sequence();

  /** The clock at that record, epoch milliseconds. */
  long at();

  /** The event's timestamp, epoch milliseconds. */
  long timestamp();

  /** The event as {@code ResolvedEvent}, encoded. */
  byte[] resolved();

  /** True if the event may be stored already, so that the history must be searched for it. */
  boolean mayBeStored();

  /**
   * A resolved event as it arrives; to its history, which passes it on to the fold.
   *
   * @param key the profile
   * @param sequence offset of the event in the log
   * @param at the clock at that record, epoch milliseconds
   * @param timestamp the event's timestamp, epoch milliseconds
   * @param messageId the event's messageId
   * @param possibleRepeat true if it may repeat an event that was dated ahead
   * @param resolved the event as {@code ResolvedEvent}, encoded
   */
  record LiveEvent(
      String key,
      long sequence,
      long at,
      long timestamp,
      String messageId,
      boolean possibleRepeat,
      byte[] resolved)
      implements EventMessage {
    /**
     * An event may be stored already if it is older than this, or if an event dated further ahead
     * came before. Half of the shortest time that messageIds are remembered: a repeat whose
     * messageId is forgotten came longer than that after the original, so it is old or was dated
     * ahead.
     */
    public static final long GUARDED_BEYOND_MILLIS = 12 * 3_600_000L;

    @Override
    public Kind kind() {
      return Kind.LIVE_EVENT;
    }

    /** Beyond the memory of deduplication the history is the guard against repeats. */
    @Override
    public boolean mayBeStored() {
      return possibleRepeat || at - timestamp > GUARDED_BEYOND_MILLIS;
    }

    /** The same message with other bytes of its event. */
    public LiveEvent withResolved(byte[] newResolved) {
      return new LiveEvent(key, sequence, at, timestamp, messageId, possibleRepeat, newResolved);
    }
  }

  /**
   * An event of a history that moves; to the fold that gets it.
   *
   * @param key the profile that gets the event
   * @param sequence offset in the log of what caused the merge or the split
   * @param at the clock at that record, epoch milliseconds
   * @param timestamp the event's timestamp, epoch milliseconds
   * @param histories how many histories move in this merge or split
   * @param resolved the event as {@code ResolvedEvent}, encoded
   */
  record MovedEvent(
      String key, long sequence, long at, long timestamp, int histories, byte[] resolved)
      implements EventMessage {
    @Override
    public Kind kind() {
      return Kind.MOVED_EVENT;
    }

    /** Always: of two repeats each profile may have stored one before the merge. */
    @Override
    public boolean mayBeStored() {
      return true;
    }
  }
}
