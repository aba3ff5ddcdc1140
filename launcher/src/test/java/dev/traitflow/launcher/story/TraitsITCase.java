package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The values of computed traits of users, through the tracking API and the Profile API. */
class TraitsITCase {
  private static final String COUNT = "'type':'event_counter','event':'E'";

  /** A story in a space with these traits. */
  private static Story with(String... traits) {
    return new Story("{'traits':[" + String.join(",", traits) + "]}");
  }

  /** A trait over a property {@code p} of the events {@code E}. */
  private static String of(String key, String rest) {
    return "{'key':'" + key + "','event':'E','property':'p'," + rest + "}";
  }

  private static String counter(String key, String condition) {
    return "{'key':'" + key + "'," + COUNT + ",'conditions':{'all':[" + condition + "]}}";
  }

  private static void send(Story story, String... values) {
    for (String value : values) {
      story.track("u1", "E", "{'p':" + value + "}");
    }
    story.flush();
  }

  @Test
  void T02_eventCounter() {
    Story story = with("{'key':'logins','type':'event_counter','event':'Login'}");
    for (int i = 0; i < 3; i++) {
      story.track("u1", "Login", "{}");
    }
    story.track("u1", "Logout", "{}");
    story.track("u2", "Logout", "{}");
    story.flush();
    assertThat(story.value("u1", "logins")).isEqualTo("3");
    assertThat(story.value("u2", "logins")).isNull();
  }

  @Test
  void T03_sumIsExact() {
    Story story = with(of("s", "'type':'aggregation','aggregation':'sum'"));
    send(story, "10", "2.5", "0.1", "0.2");
    assertThat(story.value("u1", "s")).isEqualTo("12.8");
  }

  @Test
  void T04_averageMinimumMaximumOfNumbersOnly() {
    Story story =
        with(
            of("avg", "'type':'aggregation','aggregation':'avg'"),
            of("min", "'type':'aggregation','aggregation':'min'"),
            of("max", "'type':'aggregation','aggregation':'max'"));
    send(story, "4", "10", "'abc'");
    assertThat(story.value("u1", "avg")).isEqualTo("7");
    assertThat(story.value("u1", "min")).isEqualTo("4");
    assertThat(story.value("u1", "max")).isEqualTo("10");
  }

  @Test
  void T05_mostFrequentAndAlphabeticalInATie() {
    Story story = with(of("often", "'type':'most_frequent'"));
    send(story, "'red'", "'red'", "'blue'", "'blue'");
    assertThat(story.value("u1", "often")).isEqualTo("\"blue\"");
    send(story, "'red'");
    assertThat(story.value("u1", "often")).isEqualTo("\"red\"");
  }

  @Test
  void T06_minimumFrequency() {
    Story story = with(of("often", "'type':'most_frequent','minimum_frequency':3"));
    send(story, "'red'", "'red'");
    assertThat(story.value("u1", "often")).isNull();
    send(story, "'red'");
    assertThat(story.value("u1", "often")).isEqualTo("\"red\"");
  }

  @Test
  void T07_firstByTimestampThoughItArrivesLater() {
    Story story = with(of("first", "'type':'first'"));
    story.track("u1", "E", "{'p':'a'}", story.after(Duration.ofHours(-1)));
    story.track("u1", "E", "{'p':'b'}", story.after(Duration.ofHours(-2)));
    story.flush();
    assertThat(story.value("u1", "first")).isEqualTo("\"b\"");
  }

  @Test
  void T08_lastByTimestampThoughAnOlderArrivesLater() {
    Story story = with(of("last", "'type':'last'"));
    story.track("u1", "E", "{'p':'a'}", story.after(Duration.ofHours(-1)));
    story.track("u1", "E", "{'p':'b'}", story.after(Duration.ofHours(-2)));
    story.flush();
    assertThat(story.value("u1", "last")).isEqualTo("\"a\"");
  }

  @Test
  void T09_lastSkipsEventsWithoutTheProperty() {
    Story story = with(of("last", "'type':'last'"));
    story.track("u1", "E", "{'p':'x'}", story.after(Duration.ofHours(-2)));
    story.track("u1", "E", "{}", story.after(Duration.ofHours(-1)));
    story.flush();
    assertThat(story.value("u1", "last")).isEqualTo("\"x\"");
  }

  @Test
  void T10_uniqueListInAlphabeticalOrder() {
    Story story = with(of("list", "'type':'unique_list'"));
    send(story, "'b'", "'a'", "'a'", "'C'");
    assertThat(story.value("u1", "list")).isEqualTo("[\"C\",\"a\",\"b\"]");
  }

  @Test
  void T11_uniqueListCount() {
    Story story = with(of("distinct", "'type':'unique_list_count'"));
    send(story, "'b'", "'a'", "'a'", "'C'");
    assertThat(story.value("u1", "distinct")).isEqualTo("3");
  }

  @Test
  void T12_conditionEquals() {
    Story story = with(counter("n", "{'property':'plan','op':'equals','value':'pro'}"));
    for (String plan : List.of("pro", "free", "pro", "Pro")) {
      story.track("u1", "E", "{'plan':'" + plan + "'}");
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
  }

  @Test
  void T13_notEqualsNeedsAValue() {
    Story story = with(counter("n", "{'property':'plan','op':'not_equals','value':'a'}"));
    plansAAndBAndNone(story);
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  void T14_notContainsHoldsForAMissingValue() {
    Story story = with(counter("n", "{'property':'plan','op':'not_contains','value':'a'}"));
    plansAAndBAndNone(story);
    assertThat(story.value("u1", "n")).isEqualTo("2");
  }

  private static void plansAAndBAndNone(Story story) {
    for (String properties : List.of("{'plan':'a'}", "{'plan':'b'}", "{}")) {
      story.track("u1", "E", properties);
    }
    story.flush();
  }

  @Test
  void T15_numericOperatorsReadNumericTexts() {
    Story story =
        with(
            counter("over", "{'property':'p','op':'greater_than','value':6}"),
            counter("most", "{'property':'p','op':'less_or_equal','value':7}"));
    send(story, "5", "'7'", "9");
    assertThat(story.value("u1", "over")).isEqualTo("2");
    assertThat(story.value("u1", "most")).isEqualTo("2");
  }

  @Test
  void T16_containsStartsEnds() {
    Story story =
        with(
            counter("inside", "{'property':'p','op':'contains','value':'pricing'}"),
            counter("behind", "{'property':'p','op':'ends_with','value':'pricing'}"),
            counter("before", "{'property':'p','op':'starts_with','value':'https://x'}"));
    send(story, "'https://x/pricing/x'");
    assertThat(story.value("u1", "inside")).isEqualTo("1");
    assertThat(story.value("u1", "behind")).isNull();
    assertThat(story.value("u1", "before")).isEqualTo("1");
  }

  @Test
  void T17_existsAndNotExists() {
    Story story =
        with(
            counter("there", "{'property':'x','op':'exists'}"),
            counter("missing", "{'property':'x','op':'not_exists'}"));
    for (String properties : List.of("{'x':''}", "{'x':null}", "{}")) {
      story.track("u1", "E", properties);
    }
    story.flush();
    assertThat(story.value("u1", "there")).isEqualTo("1");
    assertThat(story.value("u1", "missing")).isEqualTo("2");
  }

  @Test
  void T18_dateOperatorsNeedAZone() {
    Story story = with(counter("n", "{'property':'p','op':'before_date','value':'2025-01-03'}"));
    send(story, "'2025-01-02T00:00:00Z'");
    assertThat(story.value("u1", "n")).isEqualTo("1");
    send(story, "'2025-01-02T00:00:00'", "'2025-01-03T00:00:00Z'");
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  void T19_oneOfOperators() {
    Story story =
        with(
            counter("equal", "{'property':'p','op':'equals_one_of','value':['a','b']}"),
            counter("inside", "{'property':'p','op':'contains_one_of','value':['ab','cd']}"));
    send(story, "'b'", "'c'", "'xcdx'");
    assertThat(story.value("u1", "equal")).isEqualTo("1");
    assertThat(story.value("u1", "inside")).isEqualTo("1");
  }

  @Test
  void T20_allAndAny() {
    Story story =
        with(
            counter(
                "n",
                "{'property':'plan','op':'equals','value':'x'},{'any':["
                    + "{'property':'n','op':'greater_than','value':5},"
                    + "{'property':'vip','op':'equals','value':true}]}"));
    story.track("u1", "E", "{'plan':'x','n':6,'vip':false}");
    story.track("u1", "E", "{'plan':'x','n':1,'vip':true}");
    story.track("u1", "E", "{'plan':'x','n':1,'vip':false}");
    story.track("u1", "E", "{'plan':'y','n':9,'vip':true}");
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
  }

  @Test
  void T21_nestedPathsArraysAndContext() {
    Story story =
        with(
            "{'key':'bought','type':'unique_list','event':'E','property':'products.$.category'}",
            "{'key':'city','type':'last','event':'E','property':'address.city'}",
            "{'key':'path','type':'last','event':'E','property':'context.page.path'}");
    story.track("u1", "E", "{'products':[{'category':'b'},{'category':'a'}]}");
    ObjectNode call = JsonNodeFactory.instance.objectNode().put("userId", "u1").put("event", "E");
    call.set("properties", Story.json("{'products':[{'category':'a'}],'address':{'city':'Ulm'}}"));
    call.set("context", Story.json("{'page':{'path':'/x'}}"));
    story.send("track", call, story.start());
    story.flush();
    assertThat(story.value("u1", "bought")).isEqualTo("[\"a\",\"b\"]");
    assertThat(story.value("u1", "city")).isEqualTo("\"Ulm\"");
    assertThat(story.value("u1", "path")).isEqualTo("\"/x\"");
  }

  @Test
  void T22_slidingWindowExpiresWithoutNewEvents() {
    Story story = with("{'key':'week'," + COUNT + ",'window':{'within':'7 d'}}");
    story.track("u1", "E", "{}");
    story.moveTo(Duration.ofDays(5));
    story.track("u1", "E", "{}", story.after(Duration.ofDays(5)));
    story.moveTo(Duration.ofDays(6));
    assertThat(story.value("u1", "week")).isEqualTo("2");
    story.moveTo(Duration.ofDays(7).minusMillis(1));
    assertThat(story.value("u1", "week")).isEqualTo("2");
    story.moveTo(Duration.ofDays(7));
    assertThat(story.value("u1", "week")).isEqualTo("1");
    story.moveTo(Duration.ofDays(8));
    assertThat(story.value("u1", "week")).isEqualTo("1");
    story.moveTo(Duration.ofDays(13));
    assertThat(story.value("u1", "week")).isEqualTo("0");
  }

  @Test
  void T23_betweenWindow() {
    Story story = with("{'key':'n'," + COUNT + ",'window':{'between':['7 d','10 d']}}");
    for (int days : List.of(5, 8, 9, 11)) {
      story.track("u1", "E", "{}", story.after(Duration.ofDays(-days)));
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
    story.moveTo(Duration.ofDays(2));
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  void T24_sessionWindowClosesByTime() {
    Story story = with("{'key':'n'," + COUNT + ",'window':{'session':'30 m'}}");
    Instant ten = story.after(Duration.ofHours(2));
    story.moveTo(Duration.ofMinutes(191));
    for (int minute : List.of(0, 20, 70)) {
      story.track("u1", "E", "{}", ten.plus(Duration.ofMinutes(minute)));
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    story.moveTo(Duration.ofMinutes(221));
    assertThat(story.value("u1", "n")).isEqualTo("0");
  }

  @Test
  void T26_pageAndScreenCallsCountUnderTheirNames() {
    Story story =
        with(
            "{'key':'pages','type':'event_counter','event':'Page Viewed','conditions':{'all':["
                + "{'property':'page_name','op':'equals','value':'Pricing'}]}}",
            "{'key':'screens','type':'event_counter','event':'Screen Viewed'}");
    ObjectNode call = JsonNodeFactory.instance.objectNode().put("userId", "u1");
    story.send("page", call.deepCopy().put("name", "Pricing"), story.start());
    story.send("page", call.deepCopy().put("name", "Home"), story.start());
    story.send("screen", call.deepCopy().put("name", "Pricing"), story.start());
    story.flush();
    assertThat(story.value("u1", "pages")).isEqualTo("1");
    assertThat(story.value("u1", "screens")).isEqualTo("1");
  }

  @Test
  void T37_aMergeRecomputes() {
    Story story = with("{'key':'n'," + COUNT + "}");
    anonymous(story, "E", 2, "{}");
    for (int i = 0; i < 3; i++) {
      story.track("u1", "E", "{}");
    }
    story.flush();
    merge(story);
    assertThat(story.value("u1", "n")).isEqualTo("5");
    assertThat(story.profile("anonymous_id:a1", "traits").expect(200).path("traits"))
        .isEqualTo(story.traits("u1"));
  }

  @Test
  void T38_aMergeRecomputesTheMostFrequentAndTheList() {
    Story story = with(of("often", "'type':'most_frequent'"), of("list", "'type':'unique_list'"));
    anonymous(story, "E", 2, "{'p':'red'}");
    send(story, "'blue'", "'blue'", "'blue'");
    merge(story);
    assertThat(story.value("u1", "often")).isEqualTo("\"blue\"");
    assertThat(story.value("u1", "list")).isEqualTo("[\"blue\",\"red\"]");
  }

  private static void anonymous(Story story, String event, int times, String properties) {
    for (int i = 0; i < times; i++) {
      ObjectNode call = JsonNodeFactory.instance.objectNode();
      call.put("anonymousId", "a1").put("event", event).set("properties", Story.json(properties));
      story.send("track", call, story.start());
    }
    story.flush();
  }

  private static void merge(Story story) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    story.send("identify", call.put("anonymousId", "a1").put("userId", "u1"), story.start());
    story.flush();
  }

  @Test
  void T42_keepsTheTenThousandSmallestValuesInAnyOrderOfArrival() {
    Story story = with(of("list", "'type':'unique_list'"), of("n", "'type':'unique_list_count'"));
    List<String> values = new ArrayList<>();
    for (int i = 0; i <= 10_000; i++) {
      values.add("v%05d".formatted(i));
    }
    Collections.shuffle(values, new Random(1));
    for (int from = 0; from < values.size(); from += 500) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode();
      for (String value : values.subList(from, Math.min(from + 500, values.size()))) {
        ObjectNode call = batch.addObject().put("type", "track").put("userId", "u1");
        call.put("event", "E").put("messageId", value).put("timestamp", story.start().toString());
        call.putObject("properties").put("p", value);
      }
      story.batch(batch);
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("10000");
    assertThat(story.traits("u1").get("list")).hasSize(10_000);
    assertThat(story.traits("u1").get("list").get(9_999).asText()).isEqualTo("v09999");
  }

  @Test
  void T43_readableByTheProfileApi() {
    Story story = with("{'key':'n'," + COUNT + "}");
    story.identify("u1", "{'plan':'pro'}");
    send(story, "1");
    assertThat(
            story
                .profile("user_id:u1", "traits?class=computed_trait")
                .expect(200)
                .path("traits")
                .toString())
        .isEqualTo("{\"n\":1}");
  }

  @Test
  void T44_numericTextsAreNumbers() {
    Story story = with(of("s", "'type':'aggregation','aggregation':'sum'"));
    send(story, "'19.99'", "0.01");
    assertThat(story.value("u1", "s")).isEqualTo("20");
  }
}
