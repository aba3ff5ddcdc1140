package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.TraitStory.COUNT;
import static dev.traitflow.launcher.story.TraitStory.overP;
import static dev.traitflow.launcher.story.TraitStory.send;
import static dev.traitflow.launcher.story.TraitStory.with;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The values of computed traits of users, through the tracking API and the Profile API. */
class TraitsITCase {
  @Test
  @Tag("T-02")
  void eventCounter() {
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
  @Tag("T-03")
  void sumIsExact() {
    Story story = with(overP("s", "'type':'aggregation','aggregation':'sum'"));
    send(story, "10", "2.5", "0.1", "0.2");
    assertThat(story.value("u1", "s")).isEqualTo("12.8");
  }

  @Test
  @Tag("T-04")
  void averageMinimumMaximumOfNumbersOnly() {
    Story story =
        with(
            overP("avg", "'type':'aggregation','aggregation':'avg'"),
            overP("min", "'type':'aggregation','aggregation':'min'"),
            overP("max", "'type':'aggregation','aggregation':'max'"));
    send(story, "4", "10", "'abc'");
    assertThat(story.value("u1", "avg")).isEqualTo("7");
    assertThat(story.value("u1", "min")).isEqualTo("4");
    assertThat(story.value("u1", "max")).isEqualTo("10");
  }

  @Test
  @Tag("T-05")
  void mostFrequentAndAlphabeticalInATie() {
    Story story = with(overP("often", "'type':'most_frequent'"));
    send(story, "'red'", "'red'", "'blue'", "'blue'");
    assertThat(story.value("u1", "often")).isEqualTo("\"blue\"");
    send(story, "'red'");
    assertThat(story.value("u1", "often")).isEqualTo("\"red\"");
  }

  @Test
  @Tag("T-06")
  void minimumFrequency() {
    Story story = with(overP("often", "'type':'most_frequent','minimum_frequency':3"));
    send(story, "'red'", "'red'");
    assertThat(story.value("u1", "often")).isNull();
    send(story, "'red'");
    assertThat(story.value("u1", "often")).isEqualTo("\"red\"");
  }

  @Test
  @Tag("T-07")
  void firstByTimestampThoughItArrivesLater() {
    Story story = with(overP("first", "'type':'first'"));
    story.track("u1", "E", "{'p':'a'}", story.after(Duration.ofHours(-1)));
    story.track("u1", "E", "{'p':'b'}", story.after(Duration.ofHours(-2)));
    story.flush();
    assertThat(story.value("u1", "first")).isEqualTo("\"b\"");
  }

  @Test
  @Tag("T-08")
  void lastByTimestampThoughAnOlderArrivesLater() {
    Story story = with(overP("last", "'type':'last'"));
    story.track("u1", "E", "{'p':'a'}", story.after(Duration.ofHours(-1)));
    story.track("u1", "E", "{'p':'b'}", story.after(Duration.ofHours(-2)));
    story.flush();
    assertThat(story.value("u1", "last")).isEqualTo("\"a\"");
  }

  @Test
  @Tag("T-09")
  void lastSkipsEventsWithoutTheProperty() {
    Story story = with(overP("last", "'type':'last'"));
    story.track("u1", "E", "{'p':'x'}", story.after(Duration.ofHours(-2)));
    story.track("u1", "E", "{}", story.after(Duration.ofHours(-1)));
    story.flush();
    assertThat(story.value("u1", "last")).isEqualTo("\"x\"");
  }

  @Test
  @Tag("T-10")
  void uniqueListInAlphabeticalOrder() {
    Story story = with(overP("list", "'type':'unique_list'"));
    send(story, "'b'", "'a'", "'a'", "'C'");
    assertThat(story.value("u1", "list")).isEqualTo("[\"C\",\"a\",\"b\"]");
  }

  @Test
  @Tag("T-11")
  void uniqueListCount() {
    Story story = with(overP("distinct", "'type':'unique_list_count'"));
    send(story, "'b'", "'a'", "'a'", "'C'");
    assertThat(story.value("u1", "distinct")).isEqualTo("3");
  }

  @Test
  @Tag("T-22")
  void slidingWindowExpiresWithoutNewEvents() {
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
  @Tag("T-23")
  void betweenWindow() {
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
  @Tag("T-24")
  void sessionWindowClosesByTime() {
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
  @Tag("T-26")
  void pageAndScreenCallsCountUnderTheirNames() {
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
  @Tag("T-37")
  void aMergeRecomputes() {
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
  @Tag("T-38")
  void aMergeRecomputesTheMostFrequentAndTheList() {
    Story story =
        with(overP("often", "'type':'most_frequent'"), overP("list", "'type':'unique_list'"));
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
  @Tag("T-42")
  void keepsTheTenThousandSmallestValuesInAnyOrderOfArrival() {
    Story story =
        with(overP("list", "'type':'unique_list'"), overP("n", "'type':'unique_list_count'"));
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
  @Tag("T-43")
  void readableByTheProfileApi() {
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
  @Tag("T-44")
  void numericTextsAreNumbers() {
    Story story = with(overP("s", "'type':'aggregation','aggregation':'sum'"));
    send(story, "'19.99'", "0.01");
    assertThat(story.value("u1", "s")).isEqualTo("20");
  }
}
