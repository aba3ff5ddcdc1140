package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.TraitStory.counter;
import static dev.traitflow.launcher.story.TraitStory.send;
import static dev.traitflow.launcher.story.TraitStory.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conditions of computed traits, through the tracking API and the Profile API. */
class TraitConditionsITCase {
  @Test
  @Tag("T-12")
  void conditionEquals() {
    Story story = with(counter("n", "{'property':'plan','op':'equals','value':'pro'}"));
    for (String plan : List.of("pro", "free", "pro", "Pro")) {
      story.track("u1", "E", "{'plan':'" + plan + "'}");
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
  }

  @Test
  @Tag("T-13")
  void notEqualsNeedsAValue() {
    Story story = with(counter("n", "{'property':'plan','op':'not_equals','value':'a'}"));
    plansAAndBAndNone(story);
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("T-14")
  void notContainsHoldsForAMissingValue() {
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
  @Tag("T-15")
  void numericOperatorsReadNumericTexts() {
    Story story =
        with(
            counter("over", "{'property':'p','op':'greater_than','value':6}"),
            counter("most", "{'property':'p','op':'less_or_equal','value':7}"));
    send(story, "5", "'7'", "9");
    assertThat(story.value("u1", "over")).isEqualTo("2");
    assertThat(story.value("u1", "most")).isEqualTo("2");
  }

  @Test
  @Tag("T-16")
  void containsStartsEnds() {
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
  @Tag("T-17")
  void existsAndNotExists() {
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
  @Tag("T-18")
  void dateOperatorsNeedAZone() {
    Story story = with(counter("n", "{'property':'p','op':'before_date','value':'2025-01-03'}"));
    send(story, "'2025-01-02T00:00:00Z'");
    assertThat(story.value("u1", "n")).isEqualTo("1");
    send(story, "'2025-01-02T00:00:00'", "'2025-01-03T00:00:00Z'");
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("T-19")
  void oneOfOperators() {
    Story story =
        with(
            counter("equal", "{'property':'p','op':'equals_one_of','value':['a','b']}"),
            counter("inside", "{'property':'p','op':'contains_one_of','value':['ab','cd']}"));
    send(story, "'b'", "'c'", "'xcdx'");
    assertThat(story.value("u1", "equal")).isEqualTo("1");
    assertThat(story.value("u1", "inside")).isEqualTo("1");
  }

  @Test
  @Tag("T-20")
  void allAndAny() {
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
  @Tag("T-21")
  void nestedPathsArraysAndContext() {
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
}
