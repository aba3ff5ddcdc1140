package dev.traitflow.jobs.profile;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Answers barriers, and reports by markers how far one subtask of a fold has come.
 *
 * <p>A barrier is answered once it has come from every origin, time has come as far as its record,
 * and everything before it is written: the bundle, and what sweeps have to do. A beat waits for the
 * bundle only, since beats come often and the work of a definition may take long. Between barriers
 * a marker is written whenever nothing is pending and there is something to report.
 */
final class FoldProgress {
  /** The work that barriers wait for, and the places where its end is reported. */
  interface Work {
    /**
     * Works on sweeps for one slice.
     *
     * @param asOf how far time has come
     * @return true if something may be left
     */
    boolean sweep(long asOf) throws Exception;

    /** True while a sweep is begun and not done. */
    boolean isSweeping();

    /** How many profiles have changes that are not written. */
    int pending();

    /** Writes all pending changes. */
    void flush() throws Exception;

    /** How far definitions and rounds are, and what was refused; a map of its own. */
    Map<String, Long> counts();

    /** The instant at which time alone may change a value next; empty if that is not known. */
    OptionalLong due() throws Exception;

    /** Writes a marker behind the changes that are written. */
    void mark(long flush, long asOf, Map<String, Long> counts);

    /** Passes an answered barrier on to the stages behind. */
    void passOn(Barriers answered, boolean beat, long asOf);
  }

  private final Work work;
  private final Barriers barriers = new Barriers();
  private long asOf = Long.MIN_VALUE;
  private long shownAsOf = Long.MIN_VALUE;
  private Map<String, Long> shownCounts = Map.of();

  /** The progress of a subtask that has answered nothing yet. */
  FoldProgress(Work work) {
    this.work = work;
  }

  /** Takes a barrier's message. */
  void flush(Flush flush) throws Exception {
    if (barriers.take(flush)) {
      answer();
    }
  }

  /** Time has come to an instant, epoch milliseconds. */
  void timePassed(long instant) throws Exception {
    asOf = instant;
    answer();
  }

  /** Works on sweeps for one slice; true if something may be left. */
  boolean sweep() throws Exception {
    return work.sweep(asOf);
  }

  /** Reports how far the fold has come, if nothing is pending and readers do not know it yet. */
  void report() throws Exception {
    if (work.pending() == 0 && (asOf > shownAsOf || !work.counts().equals(shownCounts))) {
      mark();
    }
  }

  /** Answers the barriers that are due. */
  private void answer() throws Exception {
    if (!barriers.isDue(asOf)) {
      return;
    }
    boolean beat = barriers.isBeat();
    while (!beat && work.sweep(asOf)) {
      work.flush();
    }
    work.flush();
    barriers.answered();
    mark();
    work.passOn(barriers, beat, asOf);
  }

  private void mark() throws Exception {
    Map<String, Long> counts = work.counts();
    shownAsOf = asOf;
    shownCounts = Map.copyOf(counts);
    OptionalLong due = work.isSweeping() ? OptionalLong.empty() : work.due();
    due.ifPresent(at -> counts.put(Marker.DUE, at));
    work.mark(barriers.done(), asOf, counts);
  }
}
