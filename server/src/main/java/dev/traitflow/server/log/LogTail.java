package dev.traitflow.server.log;

import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.SkippedRecord;
import java.util.List;

/**
 * Looks back from the end of the log and of what was rejected, and knows which records of the log
 * an operator skips.
 */
public interface LogTail {
  /**
   * The number of the last line of a replayed file in a space's log; 0 if there is none. Cost grows
   * with what was appended after that line.
   */
  long lastLine(String space, String origin);

  /** The newest rejected calls of a space, the newest first, as far as they are near the end. */
  List<RejectedCall> newestRejected(String space, int limit);

  /** The lane, a partition of the log, that holds the order of a space. */
  int lane(String space);

  /**
   * The places of a lane of the log: the first offset that is kept, and the one behind the last.
   */
  Range range(int lane);

  /** Lets the job pass over a record of the log from its next attempt or start on. */
  void skip(SkippedRecord record);

  /** What the job passes over, in the order of lanes and offsets. */
  List<SkippedRecord> skipped();

  /**
   * Offsets of a lane.
   *
   * @param begin the first
   * @param end the first behind
   */
  record Range(long begin, long end) {
    /** True if there is a record at the offset, or was before compaction. */
    public boolean contains(long offset) {
      return offset >= begin && offset < end;
    }
  }
}
