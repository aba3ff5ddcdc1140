package dev.traitflow.server.log;

import dev.traitflow.core.profile.RejectedCall;
import java.util.List;

/** Looks back from the end of the log and of what was rejected. */
public interface LogTail {
  /**
   * The number of the last line of a replayed file in a space's log; 0 if there is none. Cost grows
   * with what was appended after that line.
   */
  long lastLine(String space, String origin);

  /** The newest rejected calls of a space, the newest first, as far as they are near the end. */
  List<RejectedCall> newestRejected(String space, int limit);
}
