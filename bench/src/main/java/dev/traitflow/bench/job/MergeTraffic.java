package dev.traitflow.bench.job;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.jobs.runtime.LogEntry;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.connector.source.ReaderOutput;

/**
 * A log that fills pairs of profiles, one known by an anonymous id and one by a user id, then joins
 * a pair whenever it is told to, among the calls of other customers.
 *
 * <p>The benchmark speaks by signals: {@link #GO} starts the others' calls at their rate, {@link
 * #merge} joins a pair by a call with both ids. Subtask 0 has the log and answers {@link #FILLED}
 * and {@link #merging} with the nanosecond at which it hands the call in.
 *
 * @param signals between the benchmark and this
 * @param space the definition of the space {@link Calls#space} of {@code others}
 * @param pairs how many pairs
 * @param events of each profile of a pair, over the 30 days before
 * @param others the other customers' calls
 */
public record MergeTraffic(Signals signals, String space, int pairs, int events, Calls others)
    implements Script<LogEntry> {
  /** Starts the others' calls. */
  public static final String GO = "go";

  /** Raised when all pairs are filled. */
  public static final String FILLED = "filled";

  /** Name of the pairs' events. */
  public static final String EVENT = "Product Viewed";

  private static final int ENTRIES_AT_ONCE = 16;
  private static final long SPAN_MILLIS = 30 * 86_400_000L;
  private static final long LOOK_NANOS = 1_000_000;

  /** Signal that joins a pair, from 0. */
  public static String merge(int pair) {
    return "merge-" + pair;
  }

  /** Raised when the joining call is handed in: its nanosecond and its offset. */
  public static String merging(int pair) {
    return "merging-" + pair;
  }

  @Override
  public Player<LogEntry> open(int subtask, int subtasks) {
    return new MergePlayer(this, subtask == 0);
  }

  private static final class MergePlayer implements Player<LogEntry> {
    private final MergeTraffic script;
    private final boolean working;
    private final Calls.Generator others;
    private long offset;
    private int filled;
    private boolean begun;
    private boolean full;
    private boolean going;
    private int merged;
    private long origin;
    private long sent;
    private long lookAt;

    MergePlayer(MergeTraffic script, boolean working) {
      this.script = script;
      this.working = working;
      this.others = script.others.generator();
    }

    @Override
    public boolean play(ReaderOutput<LogEntry> output) {
      if (!begun) {
        begin(output);
      }
      if (!working) {
        return false;
      }
      if (!full) {
        fill(output);
        return true;
      }
      long nanos = System.nanoTime();
      if (nanos >= lookAt) {
        look(output, nanos);
        lookAt = nanos + LOOK_NANOS;
      }
      return going && send(output, nanos);
    }

    private void begin(ReaderOutput<LogEntry> output) {
      begun = true;
      origin = System.nanoTime();
      if (working) {
        byte[] json = script.space.getBytes(StandardCharsets.UTF_8);
        long at = Traffic.START - SPAN_MILLIS;
        add(output, LogRecord.define(script.others.space(), at, json));
      } else {
        output.markIdle();
      }
    }

    private void fill(ReaderOutput<LogEntry> output) {
      int all = script.pairs * script.events;
      for (int left = ENTRIES_AT_ONCE; left > 0 && filled < all; left--) {
        int pair = filled % script.pairs;
        long at = Traffic.START - SPAN_MILLIS + (long) ((double) filled / all * SPAN_MILLIS);
        add(output, call(at, user(pair)));
        add(output, call(at, anonymous(pair)));
        filled++;
      }
      if (filled == all && others.isFilling()) {
        add(output, others.next().record());
      } else if (filled == all) {
        full = true;
        script.signals.raise(FILLED, "");
      }
    }

    private void look(ReaderOutput<LogEntry> output, long nanos) {
      if (!going && script.signals.isRaised(GO)) {
        going = true;
        origin = nanos;
      }
      if (merged < script.pairs && script.signals.isRaised(merge(merged))) {
        long at = Traffic.START + (nanos - origin) / 1_000_000;
        LogRecord joining = call(at, user(merged) + "," + anonymous(merged));
        String answer = System.nanoTime() + " " + offset;
        add(output, joining);
        script.signals.raise(merging(merged), answer);
        merged++;
      }
    }

    private boolean send(ReaderOutput<LogEntry> output, long nanos) {
      double due = (nanos - origin) / 1e9 * script.others.perSecond();
      int wanted = (int) Math.min(ENTRIES_AT_ONCE, due - sent);
      for (int left = wanted; left > 0 && others.hasNext(); left--) {
        add(output, others.next().record());
        sent++;
      }
      return wanted > 0;
    }

    private void add(ReaderOutput<LogEntry> output, LogRecord record) {
      output.collect(new LogEntry(script.others.partition(), offset++, record));
    }

    private static String user(int pair) {
      return "\"userId\":\"pair-" + pair + "\"";
    }

    private static String anonymous(int pair) {
      return "\"anonymousId\":\"anonymous-" + pair + "\"";
    }

    private LogRecord call(long at, String ids) {
      String body =
          "{\"type\":\"track\",\"messageId\":\"pair-"
              + offset
              + "\","
              + ids
              + ",\"timestamp\":\""
              + IsoTime.format(at)
              + "\",\"event\":\""
              + EVENT
              + "\",\"properties\":{\"product_id\":\"p"
              + offset % 5_000
              + "\",\"category\":\"category-"
              + offset % 40
              + "\",\"revenue\":"
              + offset % 997
              + "}}";
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      return LogRecord.call(script.others.space(), at, "web", "", "", bytes);
    }
  }
}
