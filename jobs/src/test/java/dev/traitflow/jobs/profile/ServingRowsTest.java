package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The promise of the feature set: what the fold serves from its state at an instant is, to the bit,
 * what training later makes of the whole history at that instant.
 */
final class ServingRowsTest {
  private static final long DAY = 86_400_000L;
  private static final long T0 = 20_000 * DAY;
  private static final int PROFILES = 250;
  private static final int ROUNDS = Boolean.getBoolean("traitflow.test.all") ? 40 : 12;
  private static final String SPACE =
      """
      {"name": "Shop", "traits": [
        {"key": "orders", "slot": 0, "type": "event_counter", "event": "Order Completed"}],
       "predictions": [{"key": "buy", "kind": "purchase", "window_days": 30}]}
      """;

  @Test
  void blocksOfTheFoldAreTheTrainingRowsOfTheirInstants() throws Exception {
    List<PredictionDefinition> predictions =
        SpaceDefinition.parse(new JsonMapper().readTree(SPACE), new ArrayList<>()).predictions();
    Random random = new Random(11);
    Map<String, SortedSet<Event>> histories = new TreeMap<>();
    int compared = 0;
    int sequence = 1;
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(
          new ControlMessage.Define(sequence++, T0, "shop", bytes(SPACE)).addressed("~0", 0, 1));
      long now = T0;
      for (int profile = 0; profile < PROFILES; profile++) {
        fold.take(message(histories, "p" + profile, sequence++, now, identify(random, "i", now)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2 * PROFILES; i++) {
          now += random.nextInt(200_000);
          String profile = "p" + random.nextInt(PROFILES);
          fold.take(message(histories, profile, sequence, now, event(random, sequence++, now)));
        }
        if (round % 10 == 5) {
          fold.restart();
        }
        now += 1 + random.nextInt(10_000);
        fold.passTime(now);
        fold.take(new ControlMessage.Score(sequence++, now, "shop").addressed("~0", 0, 1));
        // Rounds go on in slices between events: the flush ends them.
        fold.take(new ControlMessage.Flush(sequence++, now, false).addressed("~0", 0, 1));
        for (FeatureBlock block : blocks(fold.written(), now)) {
          compare(block, histories, predictions);
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(PROFILES * ROUNDS);
  }

  private static void compare(
      FeatureBlock block,
      Map<String, SortedSet<Event>> histories,
      List<PredictionDefinition> predictions) {
    SortedSet<Event> history =
        histories.getOrDefault(block.profile(), new TreeSet<>(Event.HISTORY_ORDER));
    List<TrainingRow> rows =
        TrainingRow.of(
            "shop", block.profile(), history, predictions, new long[] {block.at()}, block.at());
    assertThat(rows).hasSize(1);
    assertThat(FeatureBlock.CODEC.encode(rows.get(0).features()))
        .as("%s at %d", block.profile(), block.at())
        .isEqualTo(FeatureBlock.CODEC.encode(block));
  }

  /**
   * The last block of each profile. That of one whose events were due at this very moment is a
   * millisecond later than the round's.
   */
  private static Collection<FeatureBlock> blocks(List<TopicRecord> records, long now) {
    Map<String, FeatureBlock> last = new TreeMap<>();
    for (TopicRecord record : records) {
      if (record.topic().equals(Topics.PROFILE_FEATURES) && record.key()[0] != Marker.KEY_PREFIX) {
        FeatureBlock block = FeatureBlock.CODEC.decode(record.value());
        last.put(block.profile(), block);
      }
    }
    assertThat(last.values()).allMatch(block -> block.at() == now || block.at() == now + 1);
    return last.values();
  }

  /** Of five events one comes up to ten days late, and one is dated ahead. */
  private static Event event(Random random, int number, long now) {
    long time =
        switch (random.nextInt(5)) {
          case 0 -> now - random.nextLong(10 * DAY);
          case 1 -> now + random.nextLong(DAY / 50);
          default -> now - random.nextInt(3);
        };
    String id = "m" + number;
    return switch (random.nextInt(4)) {
      case 0 -> identify(random, id, time);
      case 1 -> event(EventType.TRACK, "Order Completed", id, time, order(random), Event.NONE);
      case 2 -> event(EventType.PAGE, "Page Viewed", id, time, Event.NONE, Event.NONE);
      default -> event(EventType.TRACK, "Product Viewed", id, time, product(random), Event.NONE);
    };
  }

  private static Event identify(Random random, String id, long time) {
    String value = List.of("null", "true", "41.5", "\"x\"", "1e3").get(random.nextInt(5));
    String traits = "{\"plan\":\"gold\",\"t" + random.nextInt(4) + "\":" + value + "}";
    return event(EventType.IDENTIFY, "", id, time, Event.NONE, bytes(traits));
  }

  private static byte[] order(Random random) {
    return bytes(
        "{\"revenue\":"
            + random.nextInt(9999) / 100.0
            + ",\"products\":[{\"sku\":\"s"
            + random.nextInt(9)
            + "\",\"quantity\":"
            + random.nextInt(4)
            + "}]}");
  }

  private static byte[] product(Random random) {
    return bytes("{\"product_id\":\"p" + random.nextInt(9) + "\",\"value\":0.1}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Event event(
      EventType type, String name, String id, long time, byte[] properties, byte[] traits) {
    return new Event(
        type,
        id,
        time,
        time,
        "web",
        name,
        "u",
        null,
        null,
        null,
        null,
        null,
        properties,
        traits,
        Event.NONE);
  }

  private static ProfileMessage message(
      Map<String, SortedSet<Event>> histories,
      String profile,
      long sequence,
      long at,
      Event event) {
    histories.computeIfAbsent(profile, p -> new TreeSet<>(Event.HISTORY_ORDER)).add(event);
    byte[] resolved =
        ResolvedEvent.CODEC.encode(
            new ResolvedEvent(
                "shop",
                profile,
                sequence,
                event,
                List.of(Identifier.ofUser(Identifier.USER_ID, profile))));
    return new EventMessage.LiveEvent(
        "shop/" + profile, sequence, at, event.timestamp(), event.messageId(), false, resolved);
  }
}
