package dev.traitflow.launcher.story;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A shop's customers over 380 days and some more: enough people, days and event types for every
 * data check of predictions, and something to learn. Loyal customers stay; those who leave slow
 * down before they do; buyers come in a rhythm of their own. The same for the same start.
 */
final class PredictionData {
  /** Days before the start on which the oldest event lies. */
  static final int DAYS = 380;

  /** Customers that stay; the first {@link #BUYERS} of them buy. */
  static final int LOYAL = 160;

  static final int BUYERS = 120;

  /** Customers that left 125 to 175 days before the start, and all bought before. */
  static final int LEFT = 130;

  /** Customers that left 200 to 300 days before the start, and all bought before. */
  static final int LONG_GONE = 60;

  /** Customers that came 100 to 200 days before the start and bought once. */
  static final int NEW = 30;

  static final int KNOWN = LOYAL + LEFT + LONG_GONE + NEW;

  /** People nobody knows, who only look. */
  static final int ANONYMOUS = 25;

  /** Members of the audience {@code panel}. */
  static final int PANEL = 100;

  private static final int BATCH = 1_500;
  private static final double MINUTES_PER_DAY = 1_440;

  private final Instant start;
  private final List<Call> calls = new ArrayList<>();

  private record Call(String user, String event, double day, double revenue) {}

  /** All calls up to so many days after the start. */
  PredictionData(Instant start, int daysAfter) {
    this.start = start;
    for (int i = 0; i < KNOWN; i++) {
      Random random = new Random(7_919L * i + 17);
      if (i < LOYAL) {
        customer("u" + i, random, -DAYS, daysAfter, i < BUYERS);
      } else if (i < LOYAL + LEFT) {
        customer("u" + i, random, -DAYS, -125 - random.nextInt(50), true);
      } else if (i < LOYAL + LEFT + LONG_GONE) {
        customer("u" + i, random, -DAYS, -200 - random.nextInt(100), true);
      } else {
        double came = -100.0 - random.nextInt(100);
        customer("u" + i, random, came, daysAfter, false);
        calls.add(new Call("u" + i, "Order Completed", came + 1, 20));
      }
    }
    for (int i = 0; i < ANONYMOUS; i++) {
      for (double day = -100 + i; day < daysAfter; day += 9) {
        calls.add(new Call("anonymous-" + i, "Page Viewed", day, 0));
      }
    }
    calls.sort(Comparator.comparingDouble(Call::day).thenComparing(Call::user));
  }

  /** Who leaves lets the pauses grow over the last 60 days. */
  private void customer(String user, Random random, double from, double until, boolean buys) {
    boolean leaves = until < -100;
    double pause = 3 + 6 * random.nextDouble();
    double spend = 10 + 90 * random.nextDouble();
    double order = from + 15 * random.nextDouble();
    double orderPause = leaves ? 30 : 8 + 8 * random.nextDouble();
    double day = from + pause * random.nextDouble();
    while (day < until) {
      calls.add(new Call(user, "Page Viewed", day, 0));
      if (random.nextInt(3) == 0) {
        calls.add(new Call(user, "Product Viewed", day + 0.01, 0));
      }
      if (random.nextInt(4) == 0) {
        calls.add(new Call(user, "Signed In", day - 0.01, 0));
      }
      if (random.nextInt(5) == 0) {
        calls.add(new Call(user, "Email Opened", day - 0.1, 0));
      }
      if (!leaves && (buys || random.nextInt(8) == 0) && random.nextInt(3) == 0) {
        calls.add(new Call(user, "Referred Friend", day + 0.02, 0));
      }
      boolean slows = leaves && until - day < 60;
      day += pause * (0.5 + random.nextDouble()) * (slows ? 2.2 : 1);
    }
    for (; buys && order < until; order += orderPause * (0.7 + 0.6 * random.nextDouble())) {
      calls.add(
          new Call(user, "Order Completed", order, spend * (0.8 + 0.4 * random.nextDouble())));
    }
  }

  /** Sends what happened in {@code [from, to)} days after the start, oldest first. */
  void send(Story story, double from, double to) {
    ArrayNode batch = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      if (call.day >= from && call.day < to) {
        batch.add(json(story, call, i));
      }
      if (batch.size() == BATCH || (i == calls.size() - 1 && !batch.isEmpty())) {
        story.batch(batch);
        batch = JsonNodeFactory.instance.arrayNode();
      }
    }
  }

  /** Says who is in the panel, and gives everybody points and some a flag. */
  void identify(Story story) {
    ArrayNode batch = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < KNOWN; i++) {
      ObjectNode call = batch.addObject();
      call.put("type", "identify")
          .put("userId", "u" + i)
          .put("messageId", story.space() + "-i" + i);
      call.put("timestamp", instant(-DAYS - 1.0).toString());
      call.putObject("traits").put("points", i % 37).put("vip", i % 3 == 0).put("panel", i < PANEL);
    }
    story.batch(batch);
  }

  /** How many calls of an event known customers made in {@code [from, to)} days. */
  long count(String event, double from, double to) {
    return calls.stream()
        .filter(c -> c.event.equals(event) && c.day >= from && c.day < to)
        .filter(c -> c.user.startsWith("u"))
        .count();
  }

  /** How many known customers did an event in {@code [from, to)} days. */
  long users(String event, double from, double to) {
    return calls.stream()
        .filter(c -> c.event.equals(event) && c.day >= from && c.day < to)
        .map(Call::user)
        .filter(user -> user.startsWith("u"))
        .distinct()
        .count();
  }

  private ObjectNode json(Story story, Call call, int number) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    boolean page = call.event.equals("Page Viewed");
    json.put("type", page ? "page" : "track");
    if (!page) {
      json.put("event", call.event);
    }
    json.put(call.user.startsWith("u") ? "userId" : "anonymousId", call.user);
    json.put("messageId", story.space() + "-" + call.day + "-" + number);
    json.put("timestamp", instant(call.day).toString());
    if (call.revenue > 0) {
      json.putObject("properties").put("revenue", Math.round(call.revenue * 100) / 100.0);
    }
    return json;
  }

  private Instant instant(double day) {
    return start.plus(Duration.ofMinutes((long) Math.floor(day * MINUTES_PER_DAY)));
  }
}
