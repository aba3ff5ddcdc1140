package dev.traitflow.bench.job;

import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.Serializable;
import java.util.SplittableRandom;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;

/**
 * Fills histories, then sends events in real time at a rate that the benchmark sets and changes.
 * Each live event carries the nanosecond it was sent at, so that the sink can tell how old a value
 * is when it is shown.
 *
 * <p>The benchmark speaks by signals: {@link #GO} with the nanosecond at which live time begins,
 * {@link #rate} with the events a second of all subtasks (0: as many as are taken), {@link
 * #definition} with a space's JSON. A subtask answers {@link #filled} and keeps {@link #count}.
 *
 * @param signals between the benchmark and this
 * @param seed of all randomness
 * @param profiles that live events go to
 * @param hotShare share of the live events that goes to one more profile, 0 to 1
 * @param space the definition to begin with
 * @param stored what is in the histories before
 */
public record LiveTraffic(
    Signals signals, long seed, int profiles, double hotShare, String space, Stored stored)
    implements Script<ProfileMessage> {

  /** Starts live time. */
  public static final String GO = "go";

  /** Name of the live events. */
  public static final String LIVE = "Ping";

  /** Name of the stored events. */
  public static final String STORED = "Product Viewed";

  /** Instant of event time at which live time begins. */
  public static final long LIVE_START = Traffic.START;

  /** How long stored events count in the windows of these benchmarks. */
  public static final long WINDOW_MILLIS = 86_400_000L;

  private static final int MESSAGES_AT_ONCE = 16;
  private static final long WATERMARK_NANOS = 100_000_000;
  private static final long LOOK_NANOS = 20_000_000;

  /** What is stored before live time begins; each event by the number of its order. */
  public sealed interface Stored extends Serializable {
    /** How many events. */
    int events();

    /** Whose event number {@code number} is. */
    int profile(int number);

    /** When it happened. */
    long timestamp(int number);
  }

  /**
   * Events of the same profiles that live events go to.
   *
   * @param events how many
   * @param profiles of how many profiles, by turns
   * @param spanMillis over how long, to the start of live time
   */
  public record Histories(int events, int profiles, long spanMillis) implements Stored {
    @Override
    public int profile(int number) {
      return number % profiles;
    }

    @Override
    public long timestamp(int number) {
      return LIVE_START - spanMillis + (long) ((double) number / events * spanMillis);
    }
  }

  /**
   * One event for each of many profiles, which leave their windows while live time runs.
   *
   * @param first number of the first profile
   * @param spread how many leave evenly over {@code spreadMillis}
   * @param spreadMillis from a second after the start of live time
   * @param burst how many leave at one instant
   * @param burstMillis that instant, after the start of live time
   */
  public record Leaving(int first, int spread, long spreadMillis, int burst, long burstMillis)
      implements Stored {
    @Override
    public int events() {
      return spread + burst;
    }

    @Override
    public int profile(int number) {
      return first + number;
    }

    @Override
    public long timestamp(int number) {
      long leaves =
          number < spread ? 1_000 + (long) ((double) number / spread * spreadMillis) : burstMillis;
      return LIVE_START + leaves - WINDOW_MILLIS;
    }
  }

  /** Signal {@code number}, from 1, that sets the rate. */
  public static String rate(int number) {
    return "rate-" + number;
  }

  /** Signal that brings definition {@code sequence}, from 2. */
  public static String definition(int sequence) {
    return "definition-" + sequence;
  }

  /** Raised by a subtask whose histories are sent. */
  public static String filled(int subtask) {
    return "filled-" + subtask;
  }

  /** Raised by a subtask several times a second with how many live events it has sent. */
  public static String count(int subtask) {
    return "count-" + subtask;
  }

  @Override
  public Player<ProfileMessage> open(int subtask, int subtasks) {
    return new LivePlayer(this, subtask, subtasks);
  }

  private static final class LivePlayer implements Player<ProfileMessage> {
    private final LiveTraffic script;
    private final int subtask;
    private final int subtasks;
    private final SplittableRandom random;
    private int stored;
    private boolean begun;
    private boolean filled;
    private boolean live;
    private long origin;
    private long lookAt;
    private long watermarkAt;
    private int rates;
    private int definitions = 1;
    private double rate;
    private long rateSince;
    private double owed;
    private long sent;

    LivePlayer(LiveTraffic script, int subtask, int subtasks) {
      this.script = script;
      this.subtask = subtask;
      this.subtasks = subtasks;
      this.stored = subtask;
      this.random = new SplittableRandom(script.seed + subtask);
    }

    @Override
    public boolean play(ReaderOutput<ProfileMessage> output) {
      if (!begun) {
        begun = true;
        Definitions.define(output, Traffic.SPACE, script.space, 1, subtask, subtasks);
      }
      if (!filled) {
        return fill(output);
      }
      long nanos = System.nanoTime();
      if (nanos >= lookAt) {
        look(output, nanos);
        lookAt = nanos + LOOK_NANOS;
      }
      return live && send(output, nanos);
    }

    private boolean fill(ReaderOutput<ProfileMessage> output) {
      for (int left = MESSAGES_AT_ONCE; left > 0 && stored < script.stored.events(); left--) {
        long timestamp = script.stored.timestamp(stored);
        String properties =
            "{\"category\":\"category-" + stored % 40 + "\",\"price\":" + stored % 997 + "}";
        output.collect(
            Traffic.message(
                stored, script.stored.profile(stored), STORED, timestamp, timestamp, properties));
        stored += subtasks;
      }
      if (stored >= script.stored.events()) {
        filled = true;
        output.emitWatermark(new Watermark(LIVE_START - 1));
        script.signals.raise(filled(subtask), "");
      }
      return true;
    }

    private void look(ReaderOutput<ProfileMessage> output, long nanos) {
      if (!live && script.signals.isRaised(GO)) {
        live = true;
        origin = Long.parseLong(script.signals.text(GO));
      }
      if (script.signals.isRaised(rate(rates + 1))) {
        rates++;
        rate = Double.parseDouble(script.signals.text(rate(rates))) / subtasks;
        owed = 0;
        rateSince = nanos;
      }
      if (script.signals.isRaised(definition(definitions + 1))) {
        definitions++;
        String json = script.signals.text(definition(definitions));
        Definitions.define(output, Traffic.SPACE, json, definitions, subtask, subtasks);
      }
      script.signals.raise(count(subtask), Long.toString(sent));
    }

    private boolean send(ReaderOutput<ProfileMessage> output, long nanos) {
      long at = LIVE_START + (nanos - origin) / 1_000_000;
      if (nanos >= watermarkAt) {
        output.emitWatermark(new Watermark(at));
        watermarkAt = nanos + WATERMARK_NANOS;
      }
      if (rates == 0) {
        return false;
      }
      int wanted = MESSAGES_AT_ONCE;
      if (rate > 0) {
        double due = (nanos - rateSince) / 1e9 * rate;
        wanted = (int) Math.min(MESSAGES_AT_ONCE, due - owed);
        owed += wanted;
      }
      for (int left = wanted; left > 0; left--) {
        output.collect(event(at));
      }
      return wanted > 0;
    }

    private ProfileMessage event(long at) {
      boolean hot = script.hotShare > 0 && random.nextDouble() < script.hotShare;
      int profile = hot ? Traffic.HOT_PROFILE : random.nextInt(script.profiles);
      long number = 1_000_000_000L + sent * subtasks + subtask;
      sent++;
      String properties = "{\"sent\":" + System.nanoTime() + ",\"amount\":" + sent % 991 + "}";
      return Traffic.message(number, profile, LIVE, at, at, properties);
    }
  }
}
