package dev.traitflow.jobs.runtime;

import dev.traitflow.core.identity.HistorySplit;

/**
 * A step by which whole histories move: when profiles are merged, when a merge is taken back, and
 * when a profile is deleted.
 *
 * <p>A merge of profile L into W runs so. The lane sends {@link Move} to the history of every id
 * that stood for L and {@link Hold} to that of W. Each moved history sends all its events to W's
 * fold, then {@link Moved} to W's fold and {@link Left} to L's. W's fold publishes nothing from the
 * first sign of the merge until it has the hold and as many {@code Moved} as the hold announces;
 * L's fold clears itself at its last {@code Left}, after which no message to it can be under way. A
 * deletion is a move to nowhere: {@link Delete} to every history of the profile, {@code Left} from
 * each to its fold.
 */
public sealed interface MergeMessage extends ProfileMessage {
  /** Offset in the log of the record that caused it; all steps of a merge have the same. */
  long sequence();

  /** The clock at that record, epoch milliseconds. */
  long at();

  /** How many histories move. */
  int histories();

  /**
   * A merge or a split begins; to the history of a profile that gets events, which passes it on to
   * its fold.
   *
   * @param key the profile that gets events
   * @param sequence offset in the log of what caused it
   * @param at the clock at that record, epoch milliseconds
   * @param histories how many {@link Moved} will come
   */
  record Hold(String key, long sequence, long at, int histories) implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.HOLD;
    }
  }

  /**
   * A profile was merged into another; to each of its histories, which sends its events on.
   *
   * @param key the id that the history is kept under
   * @param sequence offset in the log of what caused the merge
   * @param at the clock at that record, epoch milliseconds
   * @param survivor id of the profile that gets the events
   * @param loser id of the profile that had them
   * @param histories how many histories move in this merge
   * @param owner which events of the history move: those that name this id as their profile
   */
  record Move(
      String key,
      long sequence,
      long at,
      String survivor,
      String loser,
      int histories,
      String owner)
      implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.MOVE;
    }
  }

  /**
   * A merge is taken back; to each history of the profile, which gives its events to the one or the
   * other of two profiles.
   *
   * @param key the id that the history is kept under
   * @param sequence offset in the log of what caused the split
   * @param at the clock at that record, epoch milliseconds
   * @param rest id of the profile that keeps what is not split off
   * @param split id of the profile that is split off
   * @param histories how many histories are split
   * @param division which events go where
   */
  record Split(
      String key,
      long sequence,
      long at,
      String rest,
      String split,
      int histories,
      HistorySplit division)
      implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.SPLIT;
    }
  }

  /**
   * A profile is deleted; to each of its histories, which deletes its events.
   *
   * @param key the id that the history is kept under
   * @param sequence offset in the log of what caused the deletion
   * @param at the clock at that record, epoch milliseconds
   * @param profile id of the deleted profile
   * @param histories how many histories it had
   * @param owner which events of the history are its own: those that name this id as their profile
   */
  record Delete(String key, long sequence, long at, String profile, int histories, String owner)
      implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.DELETE;
    }
  }

  /**
   * All events of one history were sent; to the fold that got them.
   *
   * @param key the profile that got them
   * @param sequence offset in the log of what caused the merge or the split
   * @param at the clock at that record, epoch milliseconds
   * @param history the id that the history is kept under, which the fold announces as absorbed;
   *     empty if it must not: part of a history stands for no id
   * @param histories how many histories move in this merge or split
   */
  record Moved(String key, long sequence, long at, String history, int histories)
      implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.MOVED;
    }
  }

  /**
   * One history of a profile has left; to the fold of that profile.
   *
   * @param key the profile that was merged away, split or deleted
   * @param sequence offset in the log of what caused it
   * @param at the clock at that record, epoch milliseconds
   * @param history the id that the history is kept under
   * @param survivor id of the profile that goes on with the events; empty after a split and after a
   *     deletion
   * @param histories how many histories leave; with the last the profile is gone
   */
  record Left(String key, long sequence, long at, String history, String survivor, int histories)
      implements MergeMessage {
    @Override
    public Kind kind() {
      return Kind.LEFT;
    }
  }
}
