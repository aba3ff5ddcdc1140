package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand people who turn out, all at the same time, to be the devices that were taken for
 * several: their profiles merge in chains and trees while events for all sides are under way and
 * the process is killed three times.
 */
class MergingStoriesITCase {
  private static final int STORIES = Boolean.getBoolean("traitflow.test.all") ? 1_000 : 300;
  private static final int EVENTS_OF_A_DEVICE = 12;
  private static final long START = Instant.parse("2025-03-01T00:00:00Z").toEpochMilli();
  private static final String SPACE =
      """
      name: Merging
      sources: [{name: Web, write_key: wk_merging}]
      identity:
        identifiers:
          - {type: anonymous_id, limit: 20}
          - {type: email, limit: 20}
      traits:
        - {key: orders, type: event_counter, event: Order}
        - {key: revenue, type: aggregation, aggregation: sum, event: Order, property: revenue}
        - {key: best, type: aggregation, aggregation: max, event: Order, property: revenue}
        - {key: orders_1d, type: event_counter, event: Order, window: {within: 1 d}}
        - {key: first_item, type: first, event: Order, property: item}
        - {key: last_item, type: last, event: Order, property: item}
        - {key: items, type: unique_list, event: Order, property: item}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void everyProfileIsRightAfterThreeKills() throws Exception {
    DataSet data = write(new Random(4));
    NaiveCalls.Reading calls = NaiveCalls.read(data.calls());
    ProvenReplay product = new ProvenReplay(folder, data);
    product.replayAndKillAt(20);
    product.replayAndKillAt(50);
    product.startAndKill();
    assertThat(product.replay()).isEqualTo(calls.totals());
    product.assertEqualTo(calls);
  }

  /** All stories, each in its own order, one line of a random one after the other. */
  private DataSet write(Random random) throws IOException {
    List<Integer> turns = new ArrayList<>();
    List<List<String>> stories = new ArrayList<>();
    for (int story = 0; story < STORIES; story++) {
      List<String> calls = story(story, random);
      stories.add(calls);
      turns.addAll(Collections.nCopies(calls.size(), story));
    }
    Collections.shuffle(turns, random);
    int[] next = new int[STORIES];
    List<String> lines = new ArrayList<>();
    for (int story : turns) {
      String call = stories.get(story).get(next[story]++);
      Instant at = Instant.ofEpochMilli(START + 3_000L * lines.size());
      lines.add(
          "{\"messageId\":\"m%d\",\"timestamp\":\"%s\",\"receivedAt\":\"%s\",%s}"
              .formatted(lines.size(), at, at, call));
    }
    Path calls = folder.resolve("stories.ndjson");
    Files.write(calls, lines, StandardCharsets.UTF_8);
    Path space = folder.resolve("merging.yaml");
    Files.writeString(space, SPACE);
    return new DataSet(calls, space);
  }

  /** Devices with orders and names, and what joins them: one by one, in pairs, or all in a row. */
  private static List<String> story(int story, Random random) {
    int devices = 2 + random.nextInt(5);
    List<String> calls = new ArrayList<>();
    for (int device = 0; device < devices; device++) {
      for (int i = 1 + random.nextInt(EVENTS_OF_A_DEVICE); i > 0; i--) {
        calls.add(order(story, device, random));
      }
      calls.add(
          identify(
              "\"anonymousId\":\"a%d-%d\"".formatted(story, device),
              "\"email\":\"e%d-%d@x.io\",\"device\":\"%d\"".formatted(story, device, device)));
    }
    Collections.shuffle(calls, random);
    List<String> joins = new ArrayList<>();
    for (int device = 1; device < devices; device++) {
      int other = random.nextInt(device);
      joins.add(
          identify(
              "\"anonymousId\":\"a%d-%d\"".formatted(story, device),
              "\"email\":\"e%d-%d@x.io\",\"joined\":%d".formatted(story, other, device)));
    }
    joins.add(
        identify(
            "\"userId\":\"u%d\",\"anonymousId\":\"a%d-%d\""
                .formatted(story, story, random.nextInt(devices)),
            "\"device\":null,\"plan\":\"p%d\"".formatted(story % 3)));
    Collections.shuffle(joins, random);
    for (String join : joins) {
      // Anywhere in the second half, so that events for both sides come before, between and after.
      calls.add(calls.size() / 2 + random.nextInt(calls.size() / 2 + 1), join);
    }
    return calls;
  }

  private static String order(int story, int device, Random random) {
    return ("\"type\":\"track\",\"event\":\"Order\",\"anonymousId\":\"a%d-%d\","
            + "\"properties\":{\"revenue\":%d,\"item\":\"i%d\"}")
        .formatted(story, device, random.nextInt(500), random.nextInt(9));
  }

  private static String identify(String ids, String traits) {
    return "\"type\":\"identify\",%s,\"traits\":{%s}".formatted(ids, traits);
  }
}
