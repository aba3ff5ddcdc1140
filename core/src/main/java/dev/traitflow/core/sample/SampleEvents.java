package dev.traitflow.core.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The calls of a made-up shop and its contact centre over two years, always the same for the same
 * seed: what tests, benches, the demo and training run on where no real data can be had.
 *
 * <p>People visit anonymously, sign up, buy in their own rhythm, come from second devices, talk to
 * the contact centre and stop coming without a word. As in life about one call in a hundred comes
 * late, one in a hundred comes twice, and one line in five hundred is broken.
 *
 * <p>Lines come in the order of delivery. They are made visit by visit: a queue holds each person's
 * next visit, and the person whose visit is first makes its calls; lines wait in a second queue
 * until no later visit can be delivered before them. So memory grows with the people (about 500
 * bytes each) and with what is under way (late calls, repeats and refunds), not with the events.
 *
 * <p>A person's calls depend on the seed, the end and the person's number alone: the first 200 of a
 * sample of 20,000 people are the sample of 200 people.
 */
public final class SampleEvents {
  /** Enough people for about 600,000 events. */
  public static final int PEOPLE_DEFAULT = 20_000;

  /** How long the shop has been open, days. */
  public static final int DAYS = 730;

  private final long seed;
  private final long start;
  private final long end;
  private final int people;

  /** Takes the lines of a sample, one by one. */
  @FunctionalInterface
  public interface LineConsumer {
    /**
     * Takes one line.
     *
     * @param deliveryMillis when it was delivered, epoch milliseconds; never falls
     * @param line the call as JSON in UTF-8, if it is not broken; without a line break
     * @throws IOException if it cannot be taken; the generation stops
     */
    void accept(long deliveryMillis, byte[] line) throws IOException;
  }

  /**
   * What a sample held.
   *
   * @param lines all of them; the sum of the others
   * @param distinctValid valid calls, each counted once
   * @param duplicates lines that repeat a call
   * @param broken lines that must be refused
   */
  public record Totals(long lines, long distinctValid, long duplicates, long broken) {}

  private enum Kind {
    VALID,
    DUPLICATE,
    BROKEN
  }

  private record Delivery(long millis, int person, int number, Kind kind, byte[] line) {
    static final Comparator<Delivery> ORDER =
        Comparator.comparingLong(Delivery::millis)
            .thenComparingInt(Delivery::person)
            .thenComparingInt(Delivery::number);
  }

  /** A sample of {@link #PEOPLE_DEFAULT} people. */
  public SampleEvents(long seed, long end) {
    this(seed, end, PEOPLE_DEFAULT);
  }

  /**
   * A sample.
   *
   * @param seed another seed gives other people, with other message ids
   * @param end epoch milliseconds; all timestamps and deliveries lie in the {@link #DAYS} days
   *     before it
   * @param people at least 1; from about 3,000 on, orders come in every day of the last 240
   * @throws IllegalArgumentException if there are no people
   */
  public SampleEvents(long seed, long end, int people) {
    if (people < 1) {
      throw new IllegalArgumentException("people: got " + people + " (expected at least 1)");
    }
    this.seed = seed;
    this.start = end - DAYS * SampleShop.DAY;
    this.end = end;
    this.people = people;
  }

  /**
   * Writes all lines as newline-delimited JSON; neither flushes nor closes.
   *
   * @throws IOException if {@code out} does
   */
  public Totals writeTo(OutputStream out) throws IOException {
    return forEach(
        (deliveryMillis, line) -> {
          out.write(line);
          out.write('\n');
        });
  }

  /**
   * Hands all lines to {@code consumer} in the order of delivery. May be called again, and gives
   * the same.
   *
   * @throws IOException if the consumer does
   */
  public Totals forEach(LineConsumer consumer) throws IOException {
    return new Generation().run(consumer);
  }

  /** One pass over the sample: the queues and the counts. */
  private final class Generation {
    private final PriorityQueue<Delivery> deliveries = new PriorityQueue<>(Delivery.ORDER);
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    Totals run(LineConsumer consumer) throws IOException {
      PriorityQueue<SampleJourney> visits =
          new PriorityQueue<>(
              people,
              Comparator.comparingLong(SampleJourney::next)
                  .thenComparingInt(journey -> journey.customer().number()));
      for (int number = 0; number < people; number++) {
        visits.add(journey(number));
      }
      for (SampleJourney first = visits.poll(); first != null; first = visits.poll()) {
        deliver(first.next(), consumer);
        first.visit();
        if (first.next() < Long.MAX_VALUE) {
          visits.add(first);
        }
      }
      deliver(Long.MAX_VALUE, consumer);
      long valid = counts.getOrDefault(Kind.VALID, 0L);
      long duplicates = counts.getOrDefault(Kind.DUPLICATE, 0L);
      long broken = counts.getOrDefault(Kind.BROKEN, 0L);
      return new Totals(valid + duplicates + broken, valid, duplicates, broken);
    }

    private SampleJourney journey(int number) {
      SampleCustomer customer = SampleCustomer.of(seed, start, end, number);
      SampleRandom random = new SampleRandom(seed, number, 2);
      Post post = new Post(customer, random);
      return new SampleJourney(seed, end, customer, post::send);
    }

    /** Hands on what is delivered before {@code time}. */
    private void deliver(long time, LineConsumer consumer) throws IOException {
      for (Delivery first = deliveries.peek();
          first != null && first.millis() < time;
          first = deliveries.peek()) {
        deliveries.remove();
        counts.merge(first.kind(), 1L, Long::sum);
        consumer.accept(first.millis(), first.line());
      }
    }

    /** Carries one person's calls: mostly at once, some late, some twice, some damaged. */
    private final class Post {
      private final SampleCustomer customer;
      private final SampleRandom random;
      private int sent;

      Post(SampleCustomer customer, SampleRandom random) {
        this.customer = customer;
        this.random = random;
      }

      void send(byte[] line, long timestamp) {
        double delay = random.between(50, 2_000);
        if (random.chance(0.01)) {
          delay += Math.min(random.exponential() * 20 * SampleShop.HOUR, 5 * SampleShop.DAY);
        }
        long millis = add(timestamp, delay, Kind.VALID, line);
        if (random.chance(0.01)) {
          add(millis, random.between(0, 3 * SampleShop.HOUR), Kind.DUPLICATE, line);
        }
        if (random.chance(0.002)) {
          SampleBroken broken = BROKEN[random.below(BROKEN.length)];
          String messageId = "b" + Long.toString(seed, 36) + "-" + customer.number() + "-" + sent;
          String time = SampleCall.time(timestamp);
          add(millis, 1, Kind.BROKEN, broken.line(messageId, customer.userId(), time));
        }
      }

      /** What would be delivered after the end is delivered just before it. */
      private long add(long from, double delay, Kind kind, byte[] line) {
        long millis = Math.min(from + (long) delay, end - 1);
        deliveries.add(new Delivery(millis, customer.number(), sent++, kind, line));
        return millis;
      }
    }
  }

  private static final SampleBroken[] BROKEN = SampleBroken.values();
}
