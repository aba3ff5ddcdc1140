package dev.traitflow.bench;

import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.MeasureSink;
import dev.traitflow.bench.job.Script;
import dev.traitflow.bench.job.Signals;
import dev.traitflow.bench.job.Traffic;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.jspecify.annotations.Nullable;

/**
 * Gives a profile a history, then traits, then times its next events one by one: first with all
 * traits, then with those of one calculation at a time. Small histories are short to time, so they
 * are lived several times, by another profile in a space of its own each.
 *
 * @param signals where the costs are told
 * @param stored events of the history before the clock starts
 * @param quick whether to time fewer events
 */
record LongLife(Signals signals, int stored, boolean quick) implements Script<ProfileMessage> {
  /** Raised with the costs when all is measured. */
  static final String DONE = "costs";

  /** Raised again and again with the costs measured so far. */
  static final String SO_FAR = "costs-so-far";

  /** All calculations at once. */
  static final String ALL = "all types";

  private static final int WARM_UPS = 12;
  private static final long SLICE_NANOS = 20_000_000;
  private static final int WARM_UP_EVENTS = 1_000;
  private static final long DAY = 86_400_000L;
  private static final long STORED_SPAN = 10 * DAY;
  private static final long LATE_SPAN = 30 * DAY;
  private static final long LIFE_SPAN = 100 * DAY;
  private static final double LATE_SHARE = 0.05;
  private static final int DISTINCT_VALUES = 5_000;
  private static final long AMOUNT_MAX = 1_000_000_000L;
  private static final String NAME = "Order Completed";

  /**
   * What an event cost.
   *
   * @param calculation which traits there were
   * @param cpuMicros CPU time of the task for each event, expiry in it
   * @param p99Micros time of the slowest hundredth, expiry in it
   */
  record Cost(String calculation, double cpuMicros, double p99Micros) {}

  /** The calculations, the name of all first. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(ALL));
    names.addAll(calculations().keySet());
    return names;
  }

  /** Reads what {@link #DONE} was raised with. */
  static List<Cost> read(String text) {
    return text.lines()
        .map(line -> line.split("\t", -1))
        .map(f -> new Cost(f[0], Double.parseDouble(f[1]), Double.parseDouble(f[2])))
        .toList();
  }

  private static Map<String, String> calculations() {
    String aggregation = "\"type\":\"aggregation\",\"aggregation\":";
    Map<String, String> all = new LinkedHashMap<>();
    all.put("event_counter", "\"type\":\"event_counter\"");
    all.put("sum", aggregation + "\"sum\",\"property\":\"up\"");
    all.put("avg", aggregation + "\"avg\",\"property\":\"up\"");
    all.put("min of ascending", aggregation + "\"min\",\"property\":\"up\"");
    all.put("max of descending", aggregation + "\"max\",\"property\":\"down\"");
    all.put("most_frequent", "\"type\":\"most_frequent\",\"property\":\"value\"");
    all.put("first", "\"type\":\"first\",\"property\":\"value\"");
    all.put("last", "\"type\":\"last\",\"property\":\"value\"");
    all.put("unique_list", "\"type\":\"unique_list\",\"property\":\"value\"");
    all.put("unique_list_count", "\"type\":\"unique_list_count\",\"property\":\"value\"");
    return all;
  }

  private static String space(String calculation) {
    List<String> traits = new ArrayList<>();
    int slot = 0;
    for (Map.Entry<String, String> each : calculations().entrySet()) {
      String fields = each.getValue() + ",\"event\":\"" + NAME + "\"";
      if (calculation.equals(ALL) || calculation.equals(each.getKey())) {
        traits.add(Definitions.trait(slot, "keeps_" + slot, fields, "{\"within\":\"30 d\"}"));
        traits.add(Definitions.trait(slot + 1, "evicts_" + slot, fields, "{\"within\":\"5 d\"}"));
      }
      slot += 2;
    }
    return Definitions.space(traits);
  }

  @Override
  public Player<ProfileMessage> open(int subtask, int subtasks) {
    return new LifePlayer(this);
  }

  /** The CPU times and durations of the events timed with some traits. */
  private static final class Times {
    private long cpuNanos;
    private long[] nanos = new long[1 << 10];
    private int events;

    void add(long duration) {
      if (events == nanos.length) {
        nanos = Arrays.copyOf(nanos, events * 2);
      }
      nanos[events++] = duration;
    }

    String line(String calculation) {
      return String.format(
          Locale.ROOT,
          "%s\t%.3f\t%.3f",
          calculation,
          cpuNanos / 1e3 / Math.max(1, events),
          Lab.quantile(Arrays.copyOf(nanos, events), 0.99) / 1e3);
    }
  }

  /**
   * Events being timed.
   *
   * @param into where to
   * @param cpu CPU time of the task when it began
   * @param end when to give up
   * @param left how many are left
   */
  private record Timing(Times into, long cpu, long end, int[] left) {}

  private static final class LifePlayer implements Player<ProfileMessage> {
    private final LongLife script;
    private final SplittableRandom random = new SplittableRandom(13);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<String, Times> times = new LinkedHashMap<>();
    private final int lives;
    private int life;
    private int sent;
    private int trait;
    private int defined = -1;
    private long sequence;
    private String awaited = "";
    private @Nullable Timing running;
    private boolean done;

    LifePlayer(LongLife script) {
      this.script = script;
      int wanted = script.quick ? 2_000 : 10_000;
      this.lives = WARM_UPS + Math.max(1, wanted / timed(script.stored, ALL));
    }

    @Override
    public boolean play(ReaderOutput<ProfileMessage> output) {
      if (done || !(awaited.isEmpty() || script.signals.isRaised(awaited))) {
        return false;
      }
      if (sent < stored()) {
        output.collect(event(sent, now()));
        sent++;
        return true;
      }
      List<String> wanted = isWarmUp() ? List.of(ALL) : names();
      if (trait < wanted.size()) {
        String calculation = wanted.get(trait);
        if (defined != trait) {
          define(output, LongLife.space(calculation));
          defined = trait;
          return true;
        }
        if (measure(output, calculation)) {
          trait++;
          running = null;
        }
        return true;
      }
      define(output, Definitions.space(List.of()));
      defined = -1;
      life++;
      sent = 0;
      trait = 0;
      if (life == lives) {
        done = true;
        tell(DONE);
      }
      return true;
    }

    private void tell(String signal) {
      List<String> lines = new ArrayList<>();
      times.forEach((calculation, measured) -> lines.add(measured.line(calculation)));
      script.signals.raise(signal, String.join("\n", lines));
    }

    /**
     * Times events for a moment and lets the task do what it does between them: bundles are flushed
     * as often as ever, and their CPU time counts.
     *
     * @return true if the calculation has had all of its events
     */
    private boolean measure(ReaderOutput<ProfileMessage> output, String calculation) {
      Timing timing = running;
      if (timing == null) {
        Times into =
            isWarmUp() ? new Times() : times.computeIfAbsent(calculation, any -> new Times());
        timing =
            new Timing(
                into,
                threads.getCurrentThreadCpuTime(),
                System.nanoTime() + budgetNanos(calculation),
                new int[] {timed(stored(), calculation)});
        running = timing;
      }
      long before = System.nanoTime();
      long pause = before + SLICE_NANOS;
      while (timing.left[0] > 0 && before < Math.min(pause, timing.end)) {
        long now = now();
        boolean late = random.nextDouble() < LATE_SHARE;
        output.collect(event(sent++, late ? now - random.nextLong(LATE_SPAN) : now));
        output.emitWatermark(new Watermark(now));
        long after = System.nanoTime();
        timing.into.add(after - before);
        before = after;
        timing.left[0]--;
      }
      if (timing.left[0] > 0 && before < timing.end) {
        return false;
      }
      timing.into.cpuNanos += threads.getCurrentThreadCpuTime() - timing.cpu;
      tell(SO_FAR);
      return true;
    }

    /** The play goes on when the history is read for the new traits. */
    private void define(ReaderOutput<ProfileMessage> output, String space) {
      long now = now();
      output.emitWatermark(new Watermark(now));
      sequence++;
      Definitions.define(output, space(), space, sequence, 0, 1);
      awaited = MeasureSink.defined(space(), sequence, 0);
    }

    private ProfileMessage event(int number, long timestamp) {
      String properties =
          "{\"up\":"
              + number
              + ",\"down\":"
              + (AMOUNT_MAX - number)
              + ",\"value\":\"value-"
              + Integer.toUnsignedLong(number * 0x9E3779B9) % DISTINCT_VALUES
              + "\"}";
      return Traffic.message(
          space(), (long) life << 32 | number, life, NAME, now(), timestamp, properties);
    }

    private String space() {
      return "spa_" + life;
    }

    private long now() {
      return Traffic.START + life * LIFE_SPAN + (long) (sent * (double) STORED_SPAN / stored());
    }

    private boolean isWarmUp() {
      return life < WARM_UPS;
    }

    private int stored() {
      return isWarmUp() ? WARM_UP_EVENTS : script.stored;
    }

    /** So many events that a history of a thousand stays within its longer window. */
    private int timed(int stored, String calculation) {
      boolean all = calculation.equals(ALL);
      int most = script.quick ? all ? 2_000 : 200 : all ? 10_000 : 1_000;
      return Math.min(most, all ? stored : stored * 8 / 100);
    }

    private long budgetNanos(String calculation) {
      boolean all = calculation.equals(ALL);
      return (script.quick ? all ? 3_000 : 400 : all ? 30_000 : 3_000) * 1_000_000L;
    }
  }
}
