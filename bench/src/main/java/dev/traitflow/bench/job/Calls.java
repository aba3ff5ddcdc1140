package dev.traitflow.bench.job;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.jobs.runtime.LogEntry;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Tracking calls of a shop's customers as they stand in the log of a space, each with a user id, an
 * anonymous id and an email: entry n is the same for the same record. A call has an id set that was
 * seen before, that of a new customer, or a known customer's with a new anonymous id.
 *
 * @param seed of all randomness
 * @param partition the space's lane
 * @param space the space's id
 * @param known customers there are before; each has one call at the beginning
 * @param events calls after these
 * @param newShare share of them that carry a new id set, 0 to 1; half of these are new customers'
 *     as long as there are any customers
 * @param perSecond calls in a second of the log's clock
 */
public record Calls(
    long seed,
    int partition,
    String space,
    int known,
    int events,
    double newShare,
    double perSecond)
    implements Serializable {

  /** Identifiers of a new customer. */
  public static final int IDENTIFIERS = 3;

  private static final int DEVICES_MAX = 4;

  /** Makes one entry after the other. */
  public Generator generator() {
    return new Generator(this);
  }

  /** The email of a user: raw opponents make it from the id, without parsing. */
  public static String email(String userId) {
    return userId + "@mail.example.com";
  }

  /** One line that names everything the numbers depend on. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "seed %d, %,d calls after %,d customers' first, %.0f %% with new id sets, %,.0f a second",
        seed,
        events,
        known,
        newShare * 100,
        perSecond);
  }

  /** The state of the making. */
  public static final class Generator {
    private static final String[] NAMES = {"Product Viewed", "Product Added", "Order Completed"};
    private static final int PRODUCTS = 5_000;

    private final Calls calls;
    private final SplittableRandom random;
    private byte[] devices = new byte[1024];
    private int customers;
    private int next;

    private Generator(Calls calls) {
      this.calls = calls;
      this.random = new SplittableRandom(calls.seed);
    }

    /** True while the known customers' first calls come. */
    public boolean isFilling() {
      return next < calls.known;
    }

    /** True if there is another entry. */
    public boolean hasNext() {
      return next < calls.known + calls.events;
    }

    /** The next entry. */
    public LogEntry next() {
      boolean fresh = isFilling() || random.nextDouble() < calls.newShare;
      boolean add = fresh && (isFilling() || calls.newShare == 1 || random.nextBoolean());
      int customer = add || customers == 0 ? customers : customer();
      if (customer == customers) {
        customers++;
        devices = customers > devices.length ? Arrays.copyOf(devices, customers * 2) : devices;
        devices[customer] = 1;
      } else if (fresh && devices[customer] < DEVICES_MAX) {
        devices[customer]++;
      }
      int device = fresh ? devices[customer] - 1 : random.nextInt(devices[customer]);
      long at = Traffic.START + (long) (next * 1000.0 / calls.perSecond);
      byte[] body = body(customer, device, at).getBytes(StandardCharsets.UTF_8);
      LogRecord record = LogRecord.call(calls.space, at, "web", "", "", body);
      return new LogEntry(calls.partition, next++, record);
    }

    /** Some customer: one come lately more likely, as 1 through how many came after (zipf 1.0). */
    private int customer() {
      int rank = (int) Math.exp(random.nextDouble() * Math.log(customers));
      return customers - Math.min(rank, customers);
    }

    private String body(int customer, int device, long at) {
      double kind = random.nextDouble();
      double popular = random.nextDouble();
      int product = (int) (popular * popular * PRODUCTS);
      String user = calls.space + "-user-" + customer;
      return "{\"type\":\"track\",\"messageId\":\"message-"
          + Long.toString(next, 36)
          + "\",\"userId\":\""
          + user
          + "\",\"anonymousId\":\""
          + anonymous(customer, device)
          + "\",\"timestamp\":\""
          + IsoTime.format(at)
          + "\",\"event\":\""
          + NAMES[kind < 0.6 ? 0 : kind < 0.85 ? 1 : 2]
          + "\",\"properties\":{\"product_id\":\"p"
          + product
          + "\",\"category\":\"category-"
          + product % 40
          + "\",\"revenue\":"
          + random.nextInt(1, 20_000) / 100.0
          + "},\"context\":{\"library\":{\"name\":\"analytics.js\",\"version\":\"2.1.0\"},"
          + "\"page\":{\"path\":\"/product/"
          + product
          + "\"},\"traits\":{\"email\":\""
          + email(user)
          + "\"}}}";
    }

    /** Looks like a UUID and compresses as badly. */
    private String anonymous(int customer, int device) {
      long state = (calls.seed * 31 + customer) * DEVICES_MAX + device;
      SplittableRandom own = new SplittableRandom(state);
      String digits = String.format("%016x%016x", own.nextLong(), own.nextLong());
      return digits.substring(0, 8)
          + "-"
          + digits.substring(8, 12)
          + "-"
          + digits.substring(12, 16)
          + "-"
          + digits.substring(16, 20)
          + "-"
          + digits.substring(20);
    }
  }
}
