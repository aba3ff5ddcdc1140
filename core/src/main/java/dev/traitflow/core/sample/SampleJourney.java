package dev.traitflow.core.sample;

import static dev.traitflow.core.sample.SampleShop.DAY;
import static dev.traitflow.core.sample.SampleShop.HOUR;
import static dev.traitflow.core.sample.SampleShop.MINUTE;

import dev.traitflow.core.sample.SampleCustomer.Habit;
import dev.traitflow.core.sample.SampleShop.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one sample customer, visit by visit. It holds what a shop would know of them by then
 * and nothing of what they did before, so that a hundred thousand journeys fit in memory.
 *
 * <p>Each call is a function of the seed, the end and the person's number: a journey draws from its
 * own stream of random numbers and knows no other person.
 */
final class SampleJourney {
  private static final int APP = 2;
  private static final List<String> PAGES = List.of("Home", "Category", "Category", "Help");
  private static final List<String> CAMPAIGNS = List.of("spring", "search", "friends", "gifts");

  private final long seed;
  private final long end;
  private final SampleCustomer customer;
  private final SampleRandom random;
  private final ObjLongConsumer<byte[]> calls;
  private final boolean[] signedIn = new boolean[APP + 1];
  private long next;
  private long nextOrder;
  private long leaving;
  private long now;
  private int device;
  private int visits;
  private int orders;
  private int callsMade;
  private boolean known;
  private boolean emailChanged;

  /**
   * Starts a journey.
   *
   * @param calls takes each call with its timestamp, in no order; calls at or after {@code end} are
   *     not made
   */
  SampleJourney(long seed, long end, SampleCustomer customer, ObjLongConsumer<byte[]> calls) {
    this.seed = seed;
    this.end = end;
    this.customer = customer;
    this.random = new SampleRandom(seed, customer.number(), 1);
    this.calls = calls;
    this.next = customer.arrival();
    this.leaving = customer.leaving();
    this.nextOrder = later(next, customer.orderGapDays() / 4, 1);
  }

  /**
   * When the next visit begins, epoch milliseconds; {@link Long#MAX_VALUE} if there is none. Calls
   * of that visit and of all later ones have timestamps from then on.
   */
  long next() {
    return next;
  }

  SampleCustomer customer() {
    return customer;
  }

  /** Makes the calls of the next visit and of what follows from it, such as a refund. */
  void visit() {
    now = next;
    device = chooseDevice();
    if (device == APP) {
      emit(
          now,
          phone(track("Application Opened").open("properties").text("version", "4.2").close()));
    } else {
      page("Home", "/", random.chance(0.3) ? random.pick(CAMPAIGNS) : null);
    }
    if (!known && visits >= customer.signUpVisit()) {
      signUp();
    }
    List<Product> cart = browse();
    if (Math.floorDiv(now, DAY) >= Math.floorDiv(nextOrder, DAY)) {
      order(cart);
      nextOrder = later(now, customer.orderGapDays(), customer.regularity());
    }
    if (known && random.chance(0.012)) {
      contact(now + (long) (random.exponential() * DAY));
    }
    if (known && !emailChanged && customer.habit() == Habit.TWO_EMAILS && visits >= 5) {
      emailChanged = true;
      identify();
    }
    visits++;
    planNext();
  }

  private int chooseDevice() {
    return switch (customer.habit()) {
      case TWO_BROWSERS -> visits >= 2 && random.chance(0.4) ? 1 : 0;
      case APP -> visits >= 1 && random.chance(0.6) ? APP : 0;
      case ONE_BROWSER, SHARED_BROWSER, COMPANY, TWO_EMAILS -> 0;
    };
  }

  private void planNext() {
    long visit = later(now, customer.gapDays(), 1);
    next = Math.max(SampleShop.openingTime(Math.min(visit, nextOrder), random), now + HOUR);
    if (next > leaving || next >= end) {
      next = Long.MAX_VALUE;
    }
  }

  /** A time after some days, fewer in the season; {@link Long#MAX_VALUE} if never. */
  private long later(long time, double days, double regularity) {
    double gap = random.gamma(regularity) * days / SampleShop.season(time);
    return Double.isInfinite(gap) ? Long.MAX_VALUE : time + (long) (gap * DAY);
  }

  /** Looks around; answers what was put into the cart. */
  private List<Product> browse() {
    List<Product> cart = new ArrayList<>();
    while (random.chance(0.52)) {
      step();
      if (random.chance(0.35)) {
        page(random.pick(PAGES), "/browse", null);
        continue;
      }
      Product product = chooseProduct();
      emit(now, detail(track("Product Viewed").open("properties"), product, 0).close());
      if (random.chance(0.2)) {
        step();
        emit(now, detail(track("Product Added").open("properties"), product, 1).close());
        cart.add(product);
      }
    }
    return cart;
  }

  private Product chooseProduct() {
    int category =
        random.chance(0.75)
            ? random.pick(customer.favourites())
            : random.below(SampleShop.CATEGORIES.size());
    return SampleShop.product(category, random);
  }

  private void order(List<Product> cart) {
    step();
    page("Checkout", "/checkout", null);
    if (!known) {
      signUp();
    } else if (!signedIn[device]) {
      identify();
    }
    List<Product> products = new ArrayList<>(cart);
    do {
      products.add(chooseProduct());
    } while (products.size() < 8 && random.chance(0.45));
    step();
    String orderId = "o" + customer.number() + "-" + ++orders;
    boolean coupon = random.chance(0.15);
    int[] quantities = new int[products.size()];
    long goods = 0;
    for (int i = 0; i < quantities.length; i++) {
      quantities[i] = 1 + (int) Math.min(9, random.exponential() * 0.7 * customer.basket());
      goods += products.get(i).cents() * quantities[i];
    }
    long discount = coupon ? goods / 10 : 0;
    long revenue = goods - discount;
    long shipping = revenue < 5000 ? 490 : 0;
    long tax = revenue * 8 / 100;
    SampleCall call = track("Order Completed").open("properties").text("order_id", orderId);
    call.money("subtotal", revenue).money("revenue", revenue);
    call.money("shipping", shipping).money("tax", tax).money("total", revenue + shipping + tax);
    if (coupon) {
      call.money("discount", discount).text("coupon", "TEN");
    }
    emit(now, lines(call.text("currency", "USD"), products, quantities).close());
    if (random.chance(0.04)) {
      refund(orderId, products, quantities, revenue);
    }
    if (random.chance(0.08)) {
      contact(now + (long) (random.between(0.2, 6) * DAY));
    }
  }

  private void refund(String orderId, List<Product> products, int[] quantities, long revenue) {
    long time = now + (long) (random.between(2, 20) * DAY);
    SampleCall call =
        new SampleCall("track").text("userId", customer.userId()).text("event", "Order Refunded");
    call.open("properties").text("order_id", orderId).money("total", revenue);
    emit(time, lines(call.text("currency", "USD"), products, quantities).close());
    leaveSooner(0.7);
  }

  /** A conversation with the contact centre, which knows the customer by user id alone. */
  private void contact(long time) {
    String interaction = "KD" + customer.number() + "x" + callsMade;
    boolean inbound = random.chance(0.75);
    boolean capital = random.chance(0.2);
    long seconds = 20 + (long) (random.exponential() * 240);
    List<String> channels = List.of("voice", "SMS", "Email", "web", "WhatsApp");
    String channel =
        random.chance(0.7) ? channels.get(customer.number() % 5) : random.pick(channels);
    SampleCall initiated = flex("Flex - Engagement Initiated", interaction);
    initiated.text(capital ? "Direction" : "direction", inbound ? "Inbound" : "Outbound");
    initiated.text("channelType", channel).number(capital ? "Duration" : "duration", seconds);
    initiated.text("lastKnownAgentWorkerSid", "WK" + (100 + random.below(40)));
    initiated.text("customerStartTime", SampleCall.time(time));
    emit(time + seconds * 1000, initiated.close());
    SampleCall completed = flex("Flex - Engagement Completed", interaction);
    int mood = random.weighted(new double[] {5, 3, 2, 1});
    if (mood < 3) {
      completed.text("sentiment", List.of("positive", "neutral", "negative").get(mood));
    }
    completed.open("codes").text("dispositionCode", inbound ? "solved" : "informed").close();
    emit(time + seconds * 1000 + MINUTE + random.below(240_000), completed.close());
    if (mood == 2) {
      leaveSooner(0.4);
    }
  }

  private SampleCall flex(String event, String interaction) {
    SampleCall call = new SampleCall("track").text("userId", customer.userId());
    call.text("event", event).open("properties").text("interactionSid", interaction);
    return call.text("channelSid", interaction.replace("KD", "UO"));
  }

  /** Shortens the time that is left to this share of it. */
  private void leaveSooner(double share) {
    leaving = now + (long) ((leaving - now) * share);
  }

  private void signUp() {
    step();
    known = true;
    identify();
    emit(now, track("Signed Up").open("properties").text("plan", customer.plan()).close());
    if (customer.habit() == Habit.COMPANY) {
      SampleCall call = ids(new SampleCall("group")).text("groupId", customer.groupId());
      call.open("traits").text("name", "Company " + customer.groupId());
      call.text("industry", random.pick(List.of("Retail", "Travel", "Energy")));
      emit(now, call.number("employees", 20L + random.below(400)).text("plan", "plus").close());
    }
  }

  /** Tells who uses this device: what joins an anonymous visitor to a known customer. */
  private void identify() {
    signedIn[device] = true;
    SampleCall call = ids(new SampleCall("identify")).open("traits");
    call.text("email", customer.email(emailChanged)).text("firstName", customer.firstName());
    call.text("name", customer.firstName() + " " + customer.lastName());
    call.text("country", customer.country()).text("plan", customer.plan());
    emit(now, call.number("age", customer.age()).flag("newsletter", customer.newsletter()).close());
  }

  private void page(String title, String path, @Nullable String campaign) {
    if (device == APP) {
      emit(now, phone(ids(new SampleCall("screen")).text("name", title)));
      return;
    }
    SampleCall call = ids(new SampleCall("page")).text("name", title);
    call.open("properties").text("path", path).close();
    if (campaign != null) {
      call.open("context").open("campaign").text("name", campaign).close().close();
    }
    emit(now, call);
  }

  private SampleCall track(String event) {
    return ids(new SampleCall("track")).text("event", event);
  }

  /** Adds the ids that the device sends: the user's only where someone has signed in. */
  private SampleCall ids(SampleCall call) {
    call.text("userId", signedIn[device] ? customer.userId() : null);
    call.text("anonymousId", customer.anonymousId(seed, device));
    return call;
  }

  /** Adds the phone, which the app knows by an id of its own. */
  private SampleCall phone(SampleCall call) {
    String type = customer.number() % 2 == 0 ? "ios" : "android";
    String id = type + "-" + customer.number();
    return call.open("context").open("device").text("type", type).text("id", id).close().close();
  }

  private static SampleCall detail(SampleCall call, Product product, int quantity) {
    call.text("product_id", product.id()).text("name", product.name());
    call.text("category", product.category()).money("price", product.cents());
    return quantity > 0 ? call.number("quantity", quantity) : call;
  }

  private static SampleCall lines(SampleCall call, List<Product> products, int[] quantities) {
    call.openList("products");
    for (int i = 0; i < quantities.length; i++) {
      detail(call.openElement(), products.get(i), quantities[i]).close();
    }
    return call.closeList();
  }

  private void step() {
    now += 5_000 + (long) (random.exponential() * 40_000);
  }

  /** Finishes a call and hands it on, if its time has come before the end. */
  private void emit(long time, SampleCall call) {
    int number = callsMade++;
    if (time < end) {
      call.text("messageId", messageId(number)).text("timestamp", SampleCall.time(time));
      calls.accept(call.line(), time);
    }
  }

  private String messageId(int number) {
    return "s" + Long.toString(seed, 36) + "-" + customer.number() + "-" + number;
  }
}
