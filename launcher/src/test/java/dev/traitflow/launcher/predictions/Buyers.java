package dev.traitflow.launcher.predictions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * Users who look around and buy, each in a rhythm of its own, so that models have something to
 * find. The same for the same seed.
 */
final class Buyers {
  private static final int BATCH = 1000;

  private final Story story;
  private final int users;
  private final Random random = new Random(7);
  private ArrayNode calls = JsonNodeFactory.instance.arrayNode();
  private int messages;

  Buyers(Story story, int users) {
    this.story = story;
    this.users = users;
  }

  /** Sends the days from the one day to the other, counted from the story's start. */
  void live(int from, int to) {
    for (int day = from; day < to; day++) {
      for (int user = 0; user < users; user++) {
        day(user, day);
      }
    }
    send();
    story.flush();
  }

  private void day(int user, int day) {
    // Every third buys about once in five days, the others hardly ever; rhythms differ a little.
    double buys = user % 3 == 0 ? 0.1 + 0.1 * (user % 7) / 7.0 : 0.004;
    if (random.nextDouble() < 0.15) {
      call(user, "Page Opened", day);
      if (random.nextDouble() < 0.5) {
        call(user, user % 2 == 0 ? "Product Viewed" : "Search Made", day);
      }
    }
    if (random.nextDouble() < buys) {
      call(user, "Cart Filled", day);
      call(user, "Order Completed", day);
    }
  }

  private void call(int user, String event, int day) {
    Instant at =
        story
            .after(Duration.ofDays(day))
            .plusSeconds(3600 + random.nextInt(36_000))
            .plusMillis(messages % 1000);
    ObjectNode call = calls.addObject();
    call.put("type", "track").put("userId", "u" + user).put("event", event);
    call.putObject("properties").put("revenue", 5 + random.nextInt(50));
    call.put("messageId", story.space() + "-b" + ++messages).put("timestamp", at.toString());
    if (calls.size() == BATCH) {
      send();
    }
  }

  private void send() {
    if (!calls.isEmpty()) {
      story.batch(calls);
      calls = JsonNodeFactory.instance.arrayNode();
    }
  }
}
