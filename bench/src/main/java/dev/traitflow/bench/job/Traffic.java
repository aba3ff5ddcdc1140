package dev.traitflow.bench.job;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Events of a shop in the order of their arrival: event n is the same for the same record.
 *
 * @param seed of all randomness
 * @param profiles how many
 * @param events how many
 * @param zipf exponent of the profiles' popularity; 0 for all alike
 * @param hotShare share of all events that go to one profile beside the others, 0 to 1
 * @param spanMillis event time from the first to the last
 * @param lateShare share of events that happened earlier than they arrive
 * @param lateMillisMax how much earlier at most
 */
public record Traffic(
    long seed,
    int profiles,
    int events,
    double zipf,
    double hotShare,
    long spanMillis,
    double lateShare,
    long lateMillisMax)
    implements Serializable {

  /** The space all profiles are in. */
  public static final String SPACE = "spa_bench";

  /** When the first event arrives, epoch milliseconds: 2026-01-01. */
  public static final long START = 1_767_225_600_000L;

  /** The profile that gets more than its share. */
  public static final int HOT_PROFILE = -1;

  /** Makes one event after the other. */
  public Generator generator() {
    return new Generator(this);
  }

  /** One line that names everything the numbers depend on. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "seed %d, %,d events, %,d profiles, %s%s, over %s, %.0f %% late by up to %s",
        seed,
        events,
        profiles,
        zipf == 0 ? "uniform" : "zipf " + zipf,
        hotShare == 0 ? "" : String.format(Locale.ROOT, ", one gets %.0f %%", hotShare * 100),
        span(spanMillis),
        lateShare * 100,
        span(lateMillisMax));
  }

  private static String span(long millis) {
    return millis >= 172_800_000L ? millis / 86_400_000 + " d" : millis / 60_000 + " min";
  }

  /** The state of the making. */
  public static final class Generator {
    private static final String[] NAMES = {"Product Viewed", "Product Added", "Order Completed"};
    private static final int CATEGORIES = 40;
    private static final int PRODUCTS = 5_000;

    private final Traffic traffic;
    private final SplittableRandom random;
    private final double[] cumulated;
    private int next;

    private Generator(Traffic traffic) {
      this.traffic = traffic;
      this.random = new SplittableRandom(traffic.seed);
      this.cumulated = new double[traffic.profiles];
      double sum = 0;
      for (int rank = 0; rank < traffic.profiles; rank++) {
        sum += 1 / Math.pow(rank + 1, traffic.zipf);
        cumulated[rank] = sum;
      }
    }

    /** True if there is another event. */
    public boolean hasNext() {
      return next < traffic.events;
    }

    /** The next event. */
    public LiveEvent next() {
      long at = START + (long) ((double) next / traffic.events * traffic.spanMillis);
      long timestamp = at;
      if (random.nextDouble() < traffic.lateShare) {
        timestamp -= random.nextLong(traffic.lateMillisMax);
      }
      double kind = random.nextDouble();
      String name = NAMES[kind < 0.6 ? 0 : kind < 0.85 ? 1 : 2];
      double popular = random.nextDouble();
      int product = (int) (popular * popular * PRODUCTS);
      String properties =
          "{\"product_id\":\"p"
              + product
              + "\",\"category\":\"category-"
              + product % CATEGORIES
              + "\",\"quantity\":"
              + (1 + random.nextInt(5))
              + ",\"revenue\":"
              + random.nextInt(1, 20_000) / 100.0
              + ",\"currency\":\"EUR\"}";
      return message(next++, profile(), name, at, timestamp, properties);
    }

    private int profile() {
      if (traffic.hotShare > 0 && random.nextDouble() < traffic.hotShare) {
        return HOT_PROFILE;
      }
      double drawn = random.nextDouble() * cumulated[cumulated.length - 1];
      int found = Arrays.binarySearch(cumulated, drawn);
      return Math.min(traffic.profiles - 1, found < 0 ? -found - 1 : found);
    }
  }

  /** The key of a profile. */
  public static String key(String space, int profile) {
    return ProfileMessage.profileKey(
        space, profile == HOT_PROFILE ? Samples.HOT : "use_" + Integer.toString(profile, 36));
  }

  /** A track call of the space {@link #SPACE}. */
  static LiveEvent message(
      long sequence, int profile, String name, long at, long timestamp, String properties) {
    return message(SPACE, sequence, profile, name, at, timestamp, properties);
  }

  /** A track call as the fold gets it. */
  public static LiveEvent message(
      String space,
      long sequence,
      int profile,
      String name,
      long at,
      long timestamp,
      String properties) {
    String key = key(space, profile);
    String messageId = "message-" + Long.toString(sequence, 36);
    String user = "user-" + profile;
    Event event =
        new Event(
            EventType.TRACK,
            messageId,
            timestamp,
            at,
            "web",
            name,
            user,
            null,
            null,
            null,
            null,
            null,
            properties.getBytes(StandardCharsets.UTF_8),
            Event.NONE,
            Event.NONE);
    ResolvedEvent resolved =
        new ResolvedEvent(
            space,
            ProfileMessage.profileOf(key),
            sequence,
            event,
            List.of(Identifier.ofUser(Identifier.USER_ID, user)));
    return new LiveEvent(
        key,
        sequence,
        at,
        timestamp,
        messageId,
        /* possibleRepeat= */ false,
        ResolvedEvent.CODEC.encode(resolved));
  }
}
