package dev.traitflow.bench.job;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.connector.source.ReaderOutput;

/**
 * A log that fills one profile's collections, each in a space of its own, and then times events of
 * that profile. A barrier follows each of them, so that no bundle spares one what the others cost.
 *
 * @param signals where {@link #timed} is raised, and where {@link FlushSink} answers
 * @param events how many are timed in each space
 * @param rounds how often everything is measured; a first round to warm up comes before
 */
public record CollectedTraffic(Signals signals, int events, int rounds)
    implements Script<LogEntry> {
  private static final int CALLS_AT_ONCE = 64;

  /**
   * The signal with the microseconds of CPU an event took, in all threads, from round 0, which is
   * to warm up.
   */
  public static String timed(Collected collected, int size, int round) {
    return "timed-" + collected.name().toLowerCase(Locale.ROOT) + "-" + size + "-" + round;
  }

  @Override
  public Player<LogEntry> open(int subtask, int subtasks) {
    return new CollectedPlayer(this);
  }

  private static final class CollectedPlayer implements Player<LogEntry> {
    private static final List<Collected> KINDS = List.of(Collected.values());

    private final CollectedTraffic script;
    private long offset;
    private long flush;
    private int round;
    private int kind;
    private int size;
    private int sent = -1;
    private long began;
    private boolean waiting;

    CollectedPlayer(CollectedTraffic script) {
      this.script = script;
    }

    @Override
    public boolean play(ReaderOutput<LogEntry> output) {
      if (waiting && !script.signals.isRaised(FlushSink.flushed(flush))) {
        return false;
      }
      waiting = false;
      if (round > script.rounds) {
        return false;
      }
      Collected collected = KINDS.get(kind);
      int wanted = collected.sizes().get(size);
      int calls = collected.calls(wanted);
      if (began != 0) {
        finish(collected, wanted);
      } else if (sent < 0) {
        String json = collected.space(wanted);
        add(output, LogRecord.define(space(), at(), json.getBytes(StandardCharsets.UTF_8)));
        sent = 0;
      } else if (sent < calls) {
        for (int left = CALLS_AT_ONCE; left > 0 && sent < calls; left--) {
          call(output, collected.filling(sent++, wanted));
        }
        if (sent == calls) {
          awaitFlush(output);
        }
      } else {
        time(output, collected);
      }
      return true;
    }

    private void time(ReaderOutput<LogEntry> output, Collected collected) {
      began = Cpu.processNanos();
      for (int i = 0; i < script.events; i++) {
        call(output, collected.timed(i));
        flush++;
        add(output, LogRecord.flush(at(), flush));
      }
      awaitFlush(output);
    }

    private void finish(Collected collected, int wanted) {
      double micros = (Cpu.processNanos() - began) / 1e3 / script.events;
      script.signals.raise(CollectedTraffic.timed(collected, wanted, round), micros + "");
      began = 0;
      sent = -1;
      size++;
      if (size == collected.sizes().size()) {
        size = 0;
        kind++;
      }
      if (kind == KINDS.size()) {
        kind = 0;
        round++;
      }
    }

    /** A barrier with a number of which the sink raises a signal. */
    private void awaitFlush(ReaderOutput<LogEntry> output) {
      flush += FlushSink.EVERY - flush % FlushSink.EVERY;
      add(output, LogRecord.flush(at(), flush));
      waiting = true;
    }

    private void call(ReaderOutput<LogEntry> output, String members) {
      String body = "{\"messageId\":\"m" + offset + "\"," + members + "}";
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      add(output, LogRecord.call(space(), at(), "web", "", "", bytes));
    }

    private void add(ReaderOutput<LogEntry> output, LogRecord record) {
      output.collect(new LogEntry(0, offset++, record));
    }

    private String space() {
      return "space-" + round + "-" + kind + "-" + size;
    }

    private long at() {
      return Traffic.START + offset;
    }
  }
}
