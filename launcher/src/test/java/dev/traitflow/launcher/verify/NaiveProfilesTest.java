package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle against values worked out by hand, so that it may judge others. */
class NaiveProfilesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"cdnow", "online-retail", "shop", "contact-center"})
  void agreesWithEveryExampleOfTheSpaceFiles(String name) throws Exception {
    Path file = SpaceFiles.folder().resolve(name + ".yaml");
    int examples = 0;
    for (Map<?, ?> trait : NaiveSpace.read(file).traits()) {
      for (Map<?, ?> example : NaiveSpace.maps(trait.get("examples"))) {
        examples++;
        assertThat(valueOf(trait, example))
            .as("%s: %s", NaiveSpace.key(trait), example)
            .isEqualTo(String.valueOf(JSON.valueToTree(example.get("value")).toString()));
      }
    }
    assertThat(examples).isPositive();
  }

  private String valueOf(Map<?, ?> trait, Map<?, ?> example) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Map<?, ?> event : NaiveSpace.maps(example.get("events"))) {
      Map<?, ?> properties = event.get("properties") instanceof Map<?, ?> map ? map : Map.of();
      lines.add(
          JSON.writeValueAsString(
              Map.of(
                  "type",
                  "track",
                  "userId",
                  "u",
                  "event",
                  NaiveSpace.text(event, "event"),
                  "timestamp",
                  NaiveSpace.text(event, "timestamp"),
                  "properties",
                  properties)));
    }
    NaiveSpace space = new NaiveSpace(List.of(trait), List.of(), "extended", List.of(), List.of());
    NaiveCalls.Reading reading = read(lines);
    long at = Instant.parse(NaiveSpace.text(example, "at")).toEpochMilli();
    NaiveCalls.Reading then =
        new NaiveCalls.Reading(
            reading.accepted(), reading.read(), reading.duplicate(), reading.rejected(), at);
    List<NaiveProfile> profiles = NaiveProfiles.compute(space, then);
    JsonNode value =
        profiles.isEmpty() ? null : profiles.get(0).traits().get(NaiveSpace.key(trait));
    return value == null ? "null" : JSON.readTree(JSON.writeValueAsString(value)).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "type: event_counter                                        | 5",
        "type: event_counter, window: {within: 2 h}                 | 2",
        "type: event_counter, window: {within: 121 m}               | 4",
        "type: event_counter, window: {between: [1 h, 3 h]}         | 3",
        "type: event_counter, window: {session: 90 m}               | 4",
        "type: event_counter, window: {session: 60 m}               | 1",
        "type: aggregation, aggregation: sum, property: a           | 1.3",
        "type: aggregation, aggregation: avg, property: a           | 0.325",
        "type: aggregation, aggregation: avg, property: b           | 0.666666666666667",
        "type: aggregation, aggregation: min, property: a           | 0.1",
        "type: aggregation, aggregation: max, property: a, value_type: number | 0.7",
        "type: aggregation, aggregation: max, property: c, value_type: text | ^b^",
        "type: most_frequent, property: c                           | ^a^",
        "type: most_frequent, property: c, minimum_frequency: 3     | null",
        "type: most_frequent, property: products.$.q, value_type: number | 2",
        "type: first, property: c                                   | ^b^",
        "type: last, property: c                                    | ^a^",
        "type: last, property: products.$.q                         | ^10^",
        "type: first, property: products.$.q, value_type: number    | 2",
        "type: first, property: tags, value_type: array             | [1,^x^]",
        "type: unique_list, property: products.$.q                  | [^10^,^2^,^9^]",
        "type: unique_list_count, property: products.$.q            | 3",
        "type: unique_list, property: tags.$                        | [^1^,^x^]",
        "type: unique_list, property: context.page.path             | [^/a^]",
        "type: aggregation, aggregation: sum, property: c           | null",
      })
  void calculatesEachTypeOverOneHistory(String definition, String expected) throws Exception {
    // 00:00 is long ago; 08:00, 09:00, 10:00 follow each other hourly; now is 10:00.
    List<String> lines =
        List.of(
            event("m1", "2025-01-01T00:00:00Z", "'c':'b','tags':[1.0,'x'],'a':'0.1'"),
            event("m3", "2025-01-01T08:00:00Z", "'a':0.2,'b':1,'products':[{'q':9},{'q':2.0}]"),
            event("m2", "2025-01-01T08:00:00Z", "'a':' 7','b':1,'c':'b','products':[{'q':2}]"),
            event("m4", "2025-01-01T09:00:00Z", "'a':3e-1,'c':'a','b':0,'products':[{}]"),
            event("m5", "2025-01-01T10:00:00Z", "'a':0.7,'c':'a','products':[{'q':10},{'q':null}]")
                .replace("}}", "},'context':{'page':{'path':'/a'}}}".replace('\'', '"')));
    JsonNode value = valueOf("{key: t, event: E, " + definition + "}", lines);
    assertThat(value.toString()).isEqualTo(expected.replace('^', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{property: a, op: equals, value: 5}                          | 1 2",
        "{property: a, op: equals, value: '5.0', value_type: number}  | 1 2",
        "{property: a, op: not_equals, value: 5}                      | 3",
        "{property: a, op: greater_than, value: 4.5}                  | 1 2",
        "{property: a, op: less_or_equal, value: 5}                   | 1 2",
        "{property: a, op: contains, value: in}                       | 3",
        "{property: a, op: contains, value: IN, ignore_case: true}    | 3",
        "{property: a, op: not_contains, value: in}                   | 1 2 4",
        "{property: a, op: starts_with, value: f}                     | 3",
        "{property: a, op: ends_with, value: e}                       | 3",
        "{property: a, op: exists}                                    | 1 2 3",
        "{property: a, op: not_exists}                                | 4",
        "{property: a, op: equals_one_of, value: [5, 6]}              | 1 2",
        "{property: d, op: before_date, value: 2025-01-02}            | 1",
        "{property: d, op: after_date, value: 2025-01-02T00:00:00Z}   | 3",
        "{property: l.$.k, op: not_equals, value: x}                  | 1",
        "{property: l.$.k, op: not_contains, value: x}                | 3 4",
        "{any: [{property: a, op: equals, value: 5}, {property: a, op: not_exists}]} | 1 2 4",
      })
  void filtersByEachOperator(String condition, String expected) throws Exception {
    List<String> lines =
        List.of(
            event("1", "2025-01-01T00:00:00Z", "'a':5,'d':'2025-01-01','l':[{'k':'x'},{'k':'y'}]"),
            event("2", "2025-01-01T00:00:01Z", "'a':'5','d':'2025-01-09T00:00:00','l':[{'k':'x'}]"),
            event("3", "2025-01-01T00:00:02Z", "'a':'fine','d':'2025-01-02T00:00:00-01:00'"),
            event("4", "2025-01-01T00:00:03Z", "'a':null"));
    String trait =
        "{key: t, event: E, type: unique_list, property: id, conditions: {all: [%s]}}"
            .formatted(condition);
    JsonNode value = valueOf(trait, lines);
    List<String> ids = new ArrayList<>();
    value.forEach(id -> ids.add(id.asText()));
    assertThat(String.join(" ", ids)).isEqualTo(expected);
  }

  @Test
  void tellsWhatNeverWasFromWhatIsOver() throws Exception {
    List<String> lines =
        List.of(
            event("1", "2025-01-01T00:00:00Z", "'a':1"),
            event("2", "2025-01-09T00:00:00Z", "'a':1").replace("\"E\"", "\"F\""));
    String traits =
        """
        {key: counter, event: E, type: event_counter, window: {within: 1 d}},
        {key: sum, event: E, type: aggregation, aggregation: sum, property: a,
         window: {session: 1 h}},
        {key: avg, event: E, type: aggregation, aggregation: avg, property: a,
         window: {within: 1 d}},
        {key: list, event: E, type: unique_list, property: a, window: {within: 1 d}},
        {key: never, event: E, type: unique_list, property: b, window: {within: 1 d}},
        {key: never2, event: G, type: event_counter}
        """;
    Map<String, JsonNode> found = compute(traits, lines).get(0).traits();
    assertThat(found.toString()).isEqualTo("{counter=0, list=[], sum=0}");
  }

  @Test
  void ordersTextsByCodePoint() throws Exception {
    // In UTF-16 the emoji's surrogates would come before the private-use character.
    List<String> lines =
        List.of(
            event("1", "2025-01-01T00:00:00Z", "'a':'\uD83D\uDE00'"),
            event("2", "2025-01-01T00:00:00Z", "'a':'\uF8FF'"),
            event("3", "2025-01-01T00:00:00Z", "'a':'z'"));
    String trait = "{key: t, event: E, type: unique_list, property: a}";
    assertThat(valueOf(trait, lines).toString()).isEqualTo("[\"z\",\"\uF8FF\",\"\uD83D\uDE00\"]");
  }

  @Test
  void countsReadAcceptedDuplicateAndRejectedLines() throws Exception {
    String good = event("1", "2025-01-01T00:00:00Z", "'a':1");
    NaiveCalls.Reading reading =
        read(
            List.of(
                good.replace("\"type\":\"track\"", "\"type\":\"trace\""),
                good,
                good.replace("\"a\":1", "\"a\":2"),
                "",
                "{\"type\":\"track\"",
                good.replace("\"u\"", "7"),
                good.replace("\"E\"", "\"\""),
                good.replace("\"E\"", "\"" + "x".repeat(33_000) + "\""),
                good.replaceAll("\\{\"a.*", "[]}")));
    assertThat(reading.totals()).isEqualTo("read 8 accepted 1 duplicate 1 rejected 6");
    assertThat(reading.accepted().get(0).properties().toString())
        .isEqualTo("{\"a\":1,\"id\":\"1\"}");
    assertThat(reading.now()).isEqualTo(Instant.parse("2025-01-01T00:00:00Z").toEpochMilli());
  }

  @Test
  void theNewestIdentifyWinsForEachKeyAndNullRemoves() throws Exception {
    List<String> lines =
        List.of(
            identify("2", "'userId':'u'", "2025-01-02T00:00:00Z", "'a':2,'b':{'x':1.50},'c':3"),
            identify("1", "'userId':'u'", "2025-01-01T00:00:00Z", "'a':1,'d':1,'c':1"),
            identify("3", "'userId':'u'", "2025-01-03T00:00:00Z", "'c':null"),
            identify("0", "'userId':'u'", "2025-01-02T00:00:00Z", "'a':0"));
    assertThat(compute("", lines).get(0).traits().toString())
        .isEqualTo("{a=2, b={\"x\":1.5}, d=1}");
  }

  @Test
  void anonymousEventsCountForThePersonTheyTurnOutToBe() throws Exception {
    List<String> lines =
        List.of(
            event("1", "2025-01-01T00:00:00Z", "").replace("userId", "anonymousId"),
            event("2", "2025-01-02T00:00:00Z", "").replace("\"u\"", "\"v\""),
            identify("3", "'userId':'v','anonymousId':'u'", "2025-01-03T00:00:00Z", "'k':1"));
    List<NaiveProfile> profiles = compute("{key: t, event: E, type: event_counter}", lines);
    assertThat(profiles).hasSize(1);
    assertThat(profiles.get(0).identifiers()).containsExactly("anonymous_id:u", "user_id:v");
    assertThat(profiles.get(0).traits().toString()).isEqualTo("{k=1, t=2}");
  }

  @Test
  void aSharedDeviceStaysWithItsFirstUser() throws Exception {
    List<String> lines =
        List.of(
            identify("1", "'userId':'u1','anonymousId':'a'", "2025-01-01T00:00:00Z", ""),
            identify("2", "'userId':'u2','anonymousId':'a'", "2025-01-02T00:00:00Z", ""));
    assertThat(compute("", lines))
        .extracting(profile -> String.join(" ", profile.identifiers()))
        .containsExactly("anonymous_id:a user_id:u1", "user_id:u2");
  }

  @Test
  void theWeakestIdentifierOfTheEventIsDropped() throws Exception {
    List<String> lines =
        List.of(
            identify("1", "'userId':'abc123'", "2025-01-01T00:00:00Z", "'email':'J@x '"),
            identify("2", "'userId':'abc456'", "2025-01-02T00:00:00Z", "'email':'j@x'"));
    assertThat(compute("", lines))
        .extracting(profile -> String.join(" ", profile.identifiers()))
        .containsExactly("email:j@x user_id:abc123", "user_id:abc456");
  }

  @Test
  void aWindowedLimitForgetsWhatIsOld() throws Exception {
    String identity = "{type: anonymous_id, limit: 1, window: weekly}";
    List<String> lines =
        List.of(
            identify("1", "'userId':'u','anonymousId':'a'", "2025-01-01T00:00:00Z", ""),
            identify("2", "'userId':'u','anonymousId':'b'", "2025-01-07T00:00:00Z", ""),
            identify("3", "'userId':'u','anonymousId':'c'", "2025-01-08T00:00:00Z", ""));
    NaiveSpace space = NaiveSpace.parse("{identity: {identifiers: [" + identity + "]}}");
    assertThat(NaiveProfiles.compute(space, read(lines)).get(0).identifiers())
        .containsExactly("anonymous_id:a", "anonymous_id:c", "user_id:u");
  }

  @Test
  void blockedValuesJoinNobody() throws Exception {
    List<String> lines =
        List.of(
            identify("1", "'userId':'u','anonymousId':'0-0'", "2025-01-01T00:00:00Z", ""),
            identify("2", "'userId':'v','anonymousId':'0-0'", "2025-01-01T00:00:00Z", ""),
            identify("3", "'userId':'-1'", "2025-01-01T00:00:00Z", ""));
    assertThat(compute("", lines)).hasSize(2);
  }

  @Test
  void groupTraitsBelongToTheAccount() throws Exception {
    List<String> lines =
        List.of(
            identify("1", "'userId':'u','groupId':'g'", "2025-01-01T00:00:00Z", "'plan':'plus'")
                .replace("identify", "group"));
    List<NaiveProfile> profiles = compute("", lines);
    assertThat(profiles).extracting(NaiveProfile::collection).containsExactly("users", "accounts");
    assertThat(profiles.get(0).traits()).isEmpty();
    assertThat(profiles.get(1).traits().toString()).isEqualTo("{plan=\"plus\"}");
  }

  @Test
  void refusesNumbersThatADoubleMightChange() {
    List<String> lines = List.of(event("1", "2025-01-01T00:00:00Z", "'a':0.1234567890123456"));
    assertThatThrownBy(() -> read(lines)).hasMessageContaining("0.1234567890123456");
  }

  /** The value of the trait t of the first profile, null in JSON if it has none. */
  private JsonNode valueOf(String trait, List<String> lines) throws IOException, SQLException {
    return compute(trait, lines).get(0).traits().getOrDefault("t", NullNode.getInstance());
  }

  private List<NaiveProfile> compute(String traits, List<String> lines)
      throws IOException, SQLException {
    return NaiveProfiles.compute(NaiveSpace.parse("{traits: [" + traits + "]}"), read(lines));
  }

  private NaiveCalls.Reading read(List<String> lines) throws IOException {
    return NaiveCalls.read(Files.write(folder.resolve("calls.ndjson"), lines));
  }

  /** A track call of the event E whose properties also hold its messageId. */
  private static String event(String messageId, String timestamp, String properties) {
    String id = "'id':'" + messageId + "'";
    return ("{'type':'track','userId':'u','event':'E','messageId':'%s','timestamp':'%s',"
            + "'properties':{%s}}")
        .formatted(messageId, timestamp, properties.isEmpty() ? id : properties + "," + id)
        .replace('\'', '"');
  }

  private static String identify(String messageId, String ids, String timestamp, String traits) {
    return "{'type':'identify',%s,'messageId':'%s','timestamp':'%s','traits':{%s}}"
        .formatted(ids, messageId, timestamp, traits)
        .replace('\'', '"');
  }
}
