package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The six contact-center traits, created by one click behind the first interaction. */
class FlexITCase {
  private static final String INITIATED = "Flex - Engagement Initiated";
  private static final String COMPLETED = "Flex - Engagement Completed";

  @Test
  @Tag("F-01")
  void templatesAreLockedUntilTheFirstInteraction() {
    Story story = new Story();
    story.track("u1", "Something Else", "{}");
    story.flush();
    JsonNode locked = story.instance().admin("GET", templates(story), null).expect(200);
    assertThat(locked.path("enabled").asBoolean(true)).isFalse();
    assertThat(locked.path("data")).hasSize(6);
    locked
        .path("data")
        .forEach(
            template -> {
              assertThat(template.path("enabled").asBoolean(true)).isFalse();
              assertThat(template.path("reason").asText()).contains("No Flex interaction");
            });
    story.instance().admin("POST", templates(story), null).expect(409);
    interaction(story, "u1", 0, "'direction':'Inbound'");
    story.flush();
    JsonNode open = story.instance().admin("GET", templates(story), null).expect(200);
    open.path("data")
        .forEach(template -> assertThat(template.path("enabled").asBoolean(false)).isTrue());
  }

  @Test
  @Tag("F-02")
  void totalInbounds() {
    Story story = oneClick();
    inbounds(story);
    assertThat(story.value("u1", "total_inbounds")).isEqualTo("3");
  }

  @Test
  @Tag("F-03")
  void frequentInboundChannel() {
    Story story = oneClick();
    for (String channel : List.of("voice", "voice", "SMS")) {
      interaction(story, "u1", 0, "'direction':'Inbound','channelType':'" + channel + "'");
    }
    for (int i = 0; i < 5; i++) {
      interaction(story, "u1", 0, "'direction':'Outbound','channelType':'SMS'");
    }
    story.flush();
    assertThat(story.value("u1", "frequent_inbound_channel")).isEqualTo("\"voice\"");
  }

  @Test
  @Tag("F-04")
  void minimumFrequencyIsTwo() {
    Story story = oneClick();
    interaction(story, "u1", 0, "'direction':'Inbound','channelType':'voice'");
    interaction(story, "u1", 0, "'direction':'Inbound','channelType':'SMS'");
    story.flush();
    assertThat(story.value("u1", "frequent_inbound_channel")).isNull();
  }

  @Test
  @Tag("F-05")
  void totalOutbounds() {
    Story story = oneClick();
    inbounds(story);
    assertThat(story.value("u1", "total_outbounds")).isEqualTo("1");
  }

  @Test
  @Tag("F-06")
  void lastKnownServiceAgentSkipsInteractionsWithoutOne() {
    Story story = oneClick();
    interaction(story, "u1", 9, "'lastKnownAgentWorkerSid':'WK1'");
    interaction(story, "u1", 10, "'lastKnownAgentWorkerSid':'WK2'");
    interaction(story, "u1", 11, "'direction':'Inbound'");
    story.flush();
    assertThat(story.value("u1", "last_known_service_agent")).isEqualTo("\"WK2\"");
  }

  @Test
  @Tag("F-07")
  void lastInteractionDurationIsANumber() {
    Story story = oneClick();
    interaction(story, "u1", 1, "'duration':120");
    interaction(story, "u1", 2, "'duration':'45'");
    story.flush();
    assertThat(story.value("u1", "last_interaction_duration")).isEqualTo("45");
  }

  @Test
  @Tag("F-08")
  void sentimentInLastInteraction() {
    Story story = oneClick();
    story.track("u1", COMPLETED, "{'sentiment':'negative'}", story.after(Duration.ofHours(10)));
    story.track("u1", COMPLETED, "{'sentiment':'positive'}", story.after(Duration.ofHours(9)));
    story.track("u1", COMPLETED, "{'codes':{}}", story.after(Duration.ofHours(11)));
    story.flush();
    assertThat(story.value("u1", "sentiment_in_last_interaction")).isEqualTo("\"negative\"");
  }

  @Test
  @Tag("F-09")
  void capitalPropertyNamesCount() {
    Story story = oneClick();
    interaction(story, "u1", 0, "'Direction':'Inbound','Duration':7");
    interaction(story, "u1", 0, "'Direction':'inbound'");
    story.flush();
    assertThat(story.value("u1", "total_inbounds")).isEqualTo("1");
    assertThat(story.value("u1", "last_interaction_duration")).isEqualTo("7");
  }

  @Test
  @Tag("F-10")
  void oneClickCreatesTheSixTraitsWithoutDestinations() {
    Story story = new Story("{'traits':[" + OWN_TOTAL + "]}");
    interaction(story, "u0", 0, "'direction':'Inbound'");
    story.flush();
    JsonNode answer = story.instance().admin("POST", templates(story), null).expect(201);
    assertThat(texts(answer.path("existing"))).containsExactly("total_outbounds");
    story.flush();
    JsonNode space =
        story.instance().admin("GET", "/config/spaces/" + story.space(), null).expect(200);
    List<String> keys = new ArrayList<>();
    for (JsonNode trait : space.path("traits")) {
      keys.add(trait.path("key").asText());
      assertThat(trait.path("destinations")).isEmpty();
    }
    assertThat(keys)
        .containsExactlyInAnyOrder(
            "total_inbounds",
            "frequent_inbound_channel",
            "total_outbounds",
            "last_known_service_agent",
            "last_interaction_duration",
            "sentiment_in_last_interaction");
    assertThat(story.value("u0", "total_inbounds")).isEqualTo("1");
  }

  @Test
  @Tag("F-11")
  void audienceFromTheChannel() {
    Story story = oneClick();
    JsonNode cohort =
        Story.json(
            "{'name':'By mail','root':{'all':[{'trait':'frequent_inbound_channel','op':'equals',"
                + "'value':'email','ignore_case':true}]}}");
    story
        .instance()
        .admin("POST", "/config/spaces/" + story.space() + "/audiences", cohort)
        .expect(201);
    for (int i = 0; i < 2; i++) {
      interaction(story, "u1", 0, "'direction':'Inbound','channelType':'Email'");
      interaction(story, "u2", 0, "'direction':'Inbound','channelType':'SMS'");
    }
    interaction(story, "u3", 0, "'direction':'Inbound','channelType':'Email'");
    story.flush();
    assertThat(story.value("u1", "by_mail")).isEqualTo("true");
    assertThat(story.value("u2", "by_mail")).isNull();
    assertThat(story.value("u3", "by_mail")).isNull();
  }

  private static final String OWN_TOTAL =
      "{'key':'total_outbounds','type':'event_counter','event':'Mine'}";

  /** A space in which somebody had an interaction, and then the six traits were created. */
  private static Story oneClick() {
    Story story = new Story();
    interaction(story, "u0", 0, "'direction':'Inbound'");
    story.flush();
    JsonNode answer = story.instance().admin("POST", templates(story), null).expect(201);
    assertThat(answer.path("created")).hasSize(6);
    return story;
  }

  private static void inbounds(Story story) {
    for (String direction : List.of("Inbound", "Inbound", "Outbound", "Inbound")) {
      interaction(story, "u1", 0, "'direction':'" + direction + "'");
    }
    story.flush();
  }

  private static void interaction(Story story, String user, int hour, String members) {
    story.track(user, INITIATED, "{" + members + "}", story.after(Duration.ofHours(hour)));
  }

  private static String templates(Story story) {
    return "/config/spaces/" + story.space() + "/templates/flex";
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
