package dev.traitflow.core.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SampleEventsTest {
  private static final long SEED = 42;
  private static final long END = Instant.parse("2025-11-23T00:00:00Z").toEpochMilli();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EventParser PARSER = new EventParser();

  /** A line with the instants that the tests need. */
  private record Line(long delivery, long timestamp, String text, JsonNode json) {
    String messageId() {
      return json.path("messageId").asText();
    }

    String name() {
      String type = json.path("type").asText();
      return type.equals("track") ? json.path("event").asText() : type;
    }

    boolean valid() {
      return messageId().startsWith("s");
    }
  }

  @Test
  void givesTheSameBytesForTheSameSeedForGood() throws Exception {
    assertThat(digest(SEED, END)).isEqualTo(digest(SEED, END)).isEqualTo(GOLDEN);
  }

  @Test
  void givesOtherPeopleForAnotherSeed() throws Exception {
    assertThat(digest(SEED + 1, END)).isNotEqualTo(digest(SEED, END));
  }

  @Test
  void makesEachPersonIndependentlyOfHowManyThereAre() throws Exception {
    Set<String> few = texts(lines(50));
    Set<String> many = texts(lines(100));
    assertThat(many).containsAll(few).hasSizeGreaterThan(few.size());
  }

  @Test
  void deliversInOrderWithinItsTwoYears() throws Exception {
    long last = END - 730L * SampleShop.DAY;
    for (Line line : lines(200)) {
      assertThat(line.delivery()).isGreaterThanOrEqualTo(last).isLessThan(END);
      assertThat(line.timestamp()).isLessThanOrEqualTo(line.delivery());
      last = line.delivery();
    }
  }

  @Test
  void countsWhatItMade() throws Exception {
    List<Line> lines = new ArrayList<>();
    SampleEvents.Totals totals = collect(1_000, lines);
    Set<String> distinct = new HashSet<>();
    long valid = lines.stream().filter(Line::valid).peek(l -> distinct.add(l.messageId())).count();
    assertThat(totals)
        .isEqualTo(
            new SampleEvents.Totals(
                lines.size(), distinct.size(), valid - distinct.size(), lines.size() - valid));
    assertThat((double) totals.duplicates() / totals.lines()).isBetween(0.008, 0.012);
    assertThat((double) totals.broken() / totals.lines()).isBetween(0.0015, 0.0025);
    long late = lines.stream().filter(l -> l.delivery() - l.timestamp() > 60_000).count();
    assertThat((double) late / totals.lines()).isBetween(0.01, 0.03);
  }

  @Test
  void writesTheLinesThatItHandsOver() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    SampleEvents sample = new SampleEvents(SEED, END, 20);
    sample.forEach(
        (deliveryMillis, line) -> {
          expected.write(line);
          expected.write('\n');
        });
    SampleEvents.Totals totals = sample.writeTo(out);
    assertThat(out.toByteArray()).isEqualTo(expected.toByteArray());
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize((int) totals.lines());
  }

  @Test
  void holdsEveryKindOfCall() throws Exception {
    Set<String> names = new TreeSet<>();
    lines(1_000).stream().filter(Line::valid).forEach(line -> names.add(line.name()));
    assertThat(names)
        .containsExactlyInAnyOrder(
            "Application Opened",
            "Flex - Engagement Completed",
            "Flex - Engagement Initiated",
            "Order Completed",
            "Order Refunded",
            "Product Added",
            "Product Viewed",
            "Signed Up",
            "group",
            "identify",
            "page",
            "screen");
  }

  @Test
  void breaksLinesSoThatEachIsRefusedForItsReason() {
    for (SampleBroken broken : SampleBroken.values()) {
      byte[] line = broken.line("b1", "u000001", "2025-01-01T00:00:00.000Z");
      assertThat(line).doesNotContain('\n');
      assertThat(PARSER.parse(line, "", "m1", "website", END, true))
          .isInstanceOfSatisfying(
              Parsed.Rejected.class,
              rejected -> assertThat(rejected.reason()).isEqualTo(broken.reason()));
    }
  }

  @Test
  void makesValidCallsThatAreAccepted() throws Exception {
    long[] accepted = new long[1];
    SampleEvents.Totals totals =
        new SampleEvents(SEED, END, 500)
            .forEach(
                (deliveryMillis, line) -> {
                  Parsed parsed = PARSER.parse(line, "", "m1", "website", deliveryMillis, true);
                  accepted[0] += parsed instanceof Parsed.Accepted ? 1 : 0;
                });
    assertThat(accepted[0]).isEqualTo(totals.lines() - totals.broken());
  }

  @Test
  void joinsDevicesAndAddressesOfOnePerson() throws Exception {
    Map<String, Set<String>> devices = new HashMap<>();
    Map<String, Set<String>> emails = new HashMap<>();
    Map<String, Set<String>> users = new HashMap<>();
    for (Line line : lines(1_000)) {
      if (line.valid() && line.name().equals("identify")) {
        String user = line.json().path("userId").asText();
        String device = line.json().path("anonymousId").asText();
        devices.computeIfAbsent(user, key -> new HashSet<>()).add(device);
        users.computeIfAbsent(device, key -> new HashSet<>()).add(user);
        emails
            .computeIfAbsent(user, key -> new HashSet<>())
            .add(line.json().path("traits").path("email").asText());
      }
    }
    assertThat(several(devices)).isGreaterThan(50);
    assertThat(several(emails)).isPositive();
    assertThat(several(users)).isPositive();
  }

  @Test
  void passesTheGatesOfPredictions() throws Exception {
    List<Line> lines = lines(3_000);
    for (String name : List.of("Order Completed", "page")) {
      Set<Long> days = new HashSet<>();
      Map<String, NavigableSet<Long>> times = new HashMap<>();
      for (Line line : lines) {
        String user = line.json().path("userId").asText();
        if (line.valid() && line.name().equals(name)) {
          days.add((END - 1 - line.timestamp()) / SampleShop.DAY);
          if (!user.isEmpty()) {
            times.computeIfAbsent(user, key -> new TreeSet<>()).add(line.timestamp());
          }
        }
      }
      for (long day = 0; day < 240; day++) {
        assertThat(days).as("days before the end with " + name).contains(day);
      }
      for (int cutoffDays : List.of(120, 240)) {
        long cutoff = END - cutoffDays * SampleShop.DAY;
        for (int windowDays : List.of(30, 60, 90)) {
          assertBothLabels(times, cutoff, windowDays);
        }
      }
    }
  }

  @Test
  void hasRepeatBuyersWhoSpendAgainAndWhoDoNot() throws Exception {
    Map<String, NavigableSet<Long>> times = new HashMap<>();
    for (Line line : lines(3_000)) {
      if (line.valid() && line.name().equals("Order Completed")) {
        assertThat(line.json().at("/properties/revenue").asDouble()).isPositive();
        assertThat(line.json().at("/properties/currency").asText()).isEqualTo("USD");
        String user = line.json().path("userId").asText();
        times.computeIfAbsent(user, key -> new TreeSet<>()).add(line.timestamp());
      }
    }
    for (int cutoffDays : List.of(120, 240)) {
      long cutoff = END - cutoffDays * SampleShop.DAY;
      long eligible = times.values().stream().filter(t -> t.headSet(cutoff).size() >= 2).count();
      long again =
          times.values().stream()
              .filter(t -> t.headSet(cutoff).size() >= 2)
              .filter(t -> !t.subSet(cutoff, cutoff + 120 * SampleShop.DAY).isEmpty())
              .count();
      assertThat(again).isGreaterThan(100).isLessThan(eligible - 100);
    }
  }

  @Test
  void refusesToHaveNoPeople() {
    assertThatThrownBy(() -> new SampleEvents(SEED, END, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("people: got 0 (expected at least 1)");
  }

  /** Of those who did it within the window before the cutoff, over 100 do it again, 100 do not. */
  private static void assertBothLabels(
      Map<String, NavigableSet<Long>> times, long cutoff, int windowDays) {
    long window = windowDays * SampleShop.DAY;
    long again = 0;
    long not = 0;
    for (NavigableSet<Long> one : times.values()) {
      if (!one.subSet(cutoff - window, cutoff).isEmpty()) {
        if (one.subSet(cutoff, cutoff + window).isEmpty()) {
          not++;
        } else {
          again++;
        }
      }
    }
    assertThat(again).as("performed within " + windowDays + " days").isGreaterThan(100);
    assertThat(not).as("did not within " + windowDays + " days").isGreaterThan(100);
  }

  private static long several(Map<String, Set<String>> values) {
    return values.values().stream().filter(set -> set.size() > 1).count();
  }

  private static Set<String> texts(List<Line> lines) {
    Set<String> texts = new HashSet<>();
    lines.forEach(line -> texts.add(line.text()));
    return texts;
  }

  private static List<Line> lines(int people) throws IOException {
    List<Line> lines = new ArrayList<>();
    collect(people, lines);
    return lines;
  }

  private static SampleEvents.Totals collect(int people, List<Line> lines) throws IOException {
    return new SampleEvents(SEED, END, people)
        .forEach((deliveryMillis, line) -> lines.add(line(deliveryMillis, line)));
  }

  /** Broken lines count as empty objects. */
  private static Line line(long deliveryMillis, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    JsonNode json = JSON.createObjectNode();
    if (text.contains("\"messageId\":\"s") && text.length() < 32_768) {
      try {
        json = JSON.readTree(text);
      } catch (IOException e) {
        throw new AssertionError("a valid line that is no JSON: " + text, e);
      }
    }
    String time = json.path("timestamp").asText();
    long timestamp = time.isEmpty() ? deliveryMillis : Instant.parse(time).toEpochMilli();
    return new Line(deliveryMillis, timestamp, text, json);
  }

  private static String digest(long seed, long end) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    new SampleEvents(seed, end, 200).forEach((deliveryMillis, line) -> digest.update(line));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of 200 people, seed 42; to change it on purpose only, as figures elsewhere depend on it. */
  private static final String GOLDEN =
      "8f3bcdf77f686b199b9beb780c39f411c05606ef7a85e2ccb302f21de11eaa17";
}
