package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.track;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.EventType;
import dev.traitflow.core.trait.EventBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of computed traits, each by its example. */
class ComputedTraitRulesTest {
  private static final String T = "2025-03-01T";

  @Test
  void countsEvents() {
    assertThat(value("'type':'event_counter'", "{}", "{}", "")).isEqualTo("3");
  }

  @Test
  void sumsExactly() {
    String sum = "'type':'aggregation','aggregation':'sum','property':'p'";
    assertThat(value(sum, p("10"), p("2.5"), p("0.1"), p("0.2"))).isEqualTo("12.8");
    assertThat(value(sum, p("'19.99'"), p("0.01"))).isEqualTo("20");
    assertThat(value(sum, p("1E3"), p("-0.0"))).isEqualTo("1000");
  }

  @Test
  void skipsWhatIsNotNumeric() {
    String sum = "'type':'aggregation','aggregation':'sum','property':'p'";
    assertThat(value(sum, p("'19,99'"), p("'$5'"), p("' 7'"), p("''"), p("true"), p("[1]")))
        .isNull();
    assertThat(value(sum, p("1e401"), p("5"))).isEqualTo("5");
    String avg = "'type':'aggregation','aggregation':'avg','property':'p'";
    assertThat(value(avg, p("4"), p("10"), p("'abc'"))).isEqualTo("7");
  }

  @Test
  void roundsAveragesHalfEvenToFifteenDigits() {
    String avg = "'type':'aggregation','aggregation':'avg','property':'p'";
    assertThat(value(avg, p("1"), p("1"), p("0"))).isEqualTo("0.666666666666667");
    assertThat(value(avg, p("10"), p("10"), p("0"))).isEqualTo("6.66666666666667");
    assertThat(value(avg, p("1.00000000000001"), p("1.00000000000002")))
        .isEqualTo("1.00000000000002");
  }

  @Test
  void findsSmallestAndGreatestAsNumbersOrTexts() {
    String max = "'type':'aggregation','aggregation':'max','property':'p'";
    String min = "'type':'aggregation','aggregation':'min','property':'p'";
    assertThat(value(max, p("4"), p("10"), p("'abc'"))).isEqualTo("10");
    assertThat(value(min, p("4"), p("10"), p("'abc'"))).isEqualTo("4");
    assertThat(value(max + ",'value_type':'text'", p("4"), p("10"))).isEqualTo("\"4\"");
  }

  @Test
  void findsTheMostFrequentValueAndTheFirstByCodePointOfATie() {
    String most = "'type':'most_frequent','property':'p'";
    assertThat(value(most, p("'red'"), p("'blue'"), p("'red'"), p("'red'"), p("'blue'")))
        .isEqualTo("\"red\"");
    assertThat(value(most, p("'red'"), p("'blue'"), p("'red'"), p("'blue'"))).isEqualTo("\"blue\"");
    assertThat(value(most, p("'\ud83d\ude00'"), p("'\uff5e'"), p("'\ud83d\ude00'"), p("'\uff5e'")))
        .isEqualTo("\"\uff5e\"");
  }

  @Test
  void isUnsetBelowTheMinimumFrequency() {
    String most = "'type':'most_frequent','property':'p'";
    assertThat(value(most, p("'a'"), p("'b'"))).isEqualTo("null");
    assertThat(value(most + ",'minimum_frequency':3", p("'a'"), p("'a'"))).isEqualTo("null");
    assertThat(value(most + ",'minimum_frequency':1", p("'a'"))).isEqualTo("\"a\"");
  }

  @Test
  void countsNumbersByTheirTextAndEmitsThemAsAsked() {
    String most = "'type':'most_frequent','property':'p'";
    assertThat(value(most, p("2.0"), p("2"), p("3"))).isEqualTo("\"2\"");
    assertThat(value(most + ",'value_type':'number'", p("2.0"), p("'2'"), p("3"))).isEqualTo("2");
  }

  @Test
  void findsFirstAndLastByTimeOfTheEventNotOfArrival() {
    for (String type : List.of("first", "last")) {
      ProfileBench bench = bench("'type':'" + type + "','property':'p'");
      bench.add(track("E").at(T + "09:00:00Z").with(p("'a'")));
      bench.add(track("E").at(T + "08:00:00Z").with(p("'b'")));
      bench.add(track("E").at(T + "10:00:00Z").with("{}"));
      bench.add(track("E").at(T + "07:00:00Z").with(p("null")));
      assertThat(bench.value("t")).isEqualTo(type.equals("first") ? "\"b\"" : "\"a\"");
    }
  }

  @Test
  void breaksTiesOfTimeByMessageIdInCodePointOrder() {
    ProfileBench bench = bench("'type':'last','property':'p'");
    bench.add(track("E").id("\ud83d\ude00").at(5).with(p("'supplementary'")));
    bench.add(track("E").id("\uff5e").at(5).with(p("'basic'")));
    assertThat(bench.value("t")).isEqualTo("\"supplementary\"");
  }

  @Test
  void takesTheFirstOrLastUsableElementOfTheEvent() {
    String each = "'property':'p.$.n','value_type':'number'";
    String event = "{'p':[{'n':'x'},{'n':1},{'n':2},{}]}";
    assertThat(value("'type':'first'," + each, event)).isEqualTo("1");
    assertThat(value("'type':'last'," + each, event)).isEqualTo("2");
  }

  @Test
  void letsAWholeArrayLeaveAsOne() {
    String last = "'type':'last','property':'p'";
    assertThat(value(last + ",'value_type':'array'", p("[1.0, {'b':2, 'a':null}]")))
        .isEqualTo("[1,{\"b\":2,\"a\":null}]");
    assertThat(value(last, p("[1.0]"))).isEqualTo("\"[1]\"");
    assertThat(value(last + ",'value_type':'array'", p("'no array'"))).isNull();
  }

  @Test
  void listsDistinctTextsInCodePointOrder() {
    String list = "'type':'unique_list','property':'p'";
    assertThat(value(list, p("'b'"), p("'a'"), p("'a'"), p("'C'")))
        .isEqualTo("[\"C\",\"a\",\"b\"]");
    assertThat(value(list, p("9"), p("10"), p("true"), p("''")))
        .isEqualTo("[\"\",\"10\",\"9\",\"true\"]");
    assertThat(value("'type':'unique_list_count','property':'p'", p("1"), p("1.0"), p("2")))
        .isEqualTo("2");
  }

  @Test
  void listsEachElementOfAnArray() {
    assertThat(
            value(
                "'type':'unique_list','property':'products.$.category'",
                "{'products':[{'category':'b'},{'category':'a'}]}",
                "{'products':[{'category':'a'}]}"))
        .isEqualTo("[\"a\",\"b\"]");
  }

  @Test
  void keepsTheTenThousandSmallestOfAUniqueList() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(1));
    StringBuilder items = new StringBuilder();
    for (int number : numbers) {
      items.append(items.length() == 0 ? "" : ",").append("'").append(10_000 + number).append("'");
    }
    String event = "{'p':[" + items + "]}";
    assertThat(value("'type':'unique_list_count','property':'p.$'", event)).isEqualTo("10000");
    assertThat(value("'type':'unique_list','property':'p.$'", event))
        .startsWith("[\"10000\"")
        .endsWith("\"19999\"]");
  }

  @Test
  void countsOnlyEventsThatMeetTheConditions() {
    String counter = "'type':'event_counter','conditions':{'all':[%s]}";
    String differs = String.format(counter, "{'property':'p','op':'not_equals','value':'a'}");
    String lacks = String.format(counter, "{'property':'p','op':'not_contains','value':'a'}");
    assertThat(value(differs, p("'a'"), p("'b'"), "{}")).isEqualTo("1");
    assertThat(value(lacks, p("'a'"), p("'b'"), "{}")).isEqualTo("2");
    String more = String.format(counter, "{'property':'p','op':'greater_than','value':6}");
    assertThat(value(more, p("5"), p("'7'"), p("9"))).isEqualTo("2");
  }

  @Test
  void isAbsentWhenNoEventEverTookPart() {
    ProfileBench bench = bench("'type':'event_counter'");
    bench.add(track("Other").at(1)).add(EventBuilder.of(EventType.GROUP, "").at(2));
    assertThat(bench.values()).isEmpty();
  }

  @Test
  void countsPagesByTheirName() {
    ProfileBench bench =
        new ProfileBench(
            "{'key':'t','type':'event_counter','event':'Page Viewed','conditions':"
                + "{'all':[{'property':'page_name','op':'equals','value':'Pricing'}]}}");
    bench
        .add(EventBuilder.page("Pricing", "Web").at(1))
        .add(EventBuilder.page("Home", "Web").at(2));
    assertThat(bench.value("t")).isEqualTo("1");
  }

  @Test
  void looksOnlyAtEventsReceivedAfterCreationWithoutBackfill() {
    ProfileBench bench = bench("'type':'event_counter','backfill':false,'created_at':100");
    bench.add(track("E").at(1).received(99)).add(track("E").at(2).received(100));
    assertThat(bench.values()).isEmpty();
    bench.add(track("E").at(3).received(101));
    assertThat(bench.value("t")).isEqualTo("1");
  }

  @Test
  void computesTheContactCenterTraits() {
    String initiated = "'event':'Flex - Engagement Initiated'";
    String inbound = "{'all':[{'property':'direction','op':'equals','value':'Inbound'}]}";
    ProfileBench bench =
        new ProfileBench(
            "{'key':'total_inbounds','type':'event_counter',"
                + initiated
                + ",'conditions':"
                + inbound
                + "}",
            "{'key':'frequent_inbound_channel','type':'most_frequent',"
                + initiated
                + ",'conditions':"
                + inbound
                + ",'property':'channelType'}",
            "{'key':'last_known_service_agent','type':'last',"
                + initiated
                + ",'property':'lastKnownAgentWorkerSid'}",
            "{'key':'last_interaction_duration','type':'last',"
                + initiated
                + ",'property':'duration','value_type':'number'}");
    bench.add(flex("10:00", "Inbound", "SMS", "300", "WK1"));
    bench.add(flex("11:00", "Inbound", "SMS", "'60'", "WK2"));
    bench.add(flex("09:00", "Outbound", "voice", "20", "WK3"));
    assertThat(bench.values())
        .containsEntry("total_inbounds", "2")
        .containsEntry("frequent_inbound_channel", "\"SMS\"")
        .containsEntry("last_known_service_agent", "\"WK2\"")
        .containsEntry("last_interaction_duration", "60");
  }

  private static EventBuilder flex(
      String time, String direction, String channel, String duration, String agent) {
    return track("Flex - Engagement Initiated")
        .at(T + time + ":00Z")
        .with(
            json(
                String.format(
                    "{'direction':'%s','channelType':'%s','duration':%s,"
                        + "'lastKnownAgentWorkerSid':'%s'}",
                    direction, channel, duration, agent)));
  }

  private static ProfileBench bench(String definition) {
    return new ProfileBench("{'key':'t','event':'E'," + definition + "}");
  }

  /**
   * The value after these events, a minute apart; null if absent, {@code null} as text if unset.
   */
  private static @Nullable String value(String definition, String... events) {
    ProfileBench bench = bench(definition);
    long minute = 0;
    for (String event : events) {
      bench.add(track("E").at(60_000L * ++minute).with(json(event)));
    }
    return bench.value("t");
  }

  private static String p(String value) {
    return json("{'p':" + value + "}");
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
