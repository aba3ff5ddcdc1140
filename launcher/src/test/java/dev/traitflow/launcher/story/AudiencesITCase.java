package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Audiences on traits, through the control API, the tracking API and the Profile API. */
class AudiencesITCase {
  private static final String GERMANS =
      "{'name':'Germans','key':'germans','root':{'all':[{'trait':'country','op':'equals',"
          + "'value':'DE'}]}}";

  @Test
  void membersReadTrueWhoLeftReadsFalseOthersNothing() {
    Story story = new Story("{'audiences':[" + GERMANS + "]}");
    story.identify("u1", "{'country':'DE'}");
    story.identify("u2", "{'country':'FR'}");
    story.flush();
    assertThat(story.value("u1", "germans")).isEqualTo("true");
    assertThat(story.value("u2", "germans")).isNull();
    assertThat(story.profile("user_id:u1", "traits?class=audience").json().path("traits"))
        .isEqualTo(Story.json("{'germans':true}"));
    story.moveTo(Duration.ofMinutes(1));
    story.send(
        "identify",
        Story.json("{'userId':'u1','traits':{'country':'FR'}}"),
        story.after(Duration.ofMinutes(1)));
    story.flush();
    assertThat(story.value("u1", "germans")).isEqualTo("false");
  }

  @Test
  void anAudienceCreatedLaterFindsTheProfilesThereAre() {
    Story story = new Story();
    String path = "/config/spaces/" + story.space() + "/audiences";
    story.identify("u1", "{'country':'DE'}");
    story.flush();
    JsonNode created = story.instance().admin("POST", path, Story.json(GERMANS)).expect(201);
    assertThat(created.path("version").asInt()).isEqualTo(1);
    story.flush();
    assertThat(story.value("u1", "germans")).isEqualTo("true");

    JsonNode french = Story.json(GERMANS.replace("'DE'", "'FR'"));
    story.instance().admin("PUT", path + "/germans", french).expect(200);
    story.flush();
    assertThat(story.value("u1", "germans")).isEqualTo("false");

    story.instance().admin("DELETE", path + "/germans", null).expect(200);
    story.flush();
    assertThat(story.value("u1", "germans")).isEqualTo("false");
    assertThat(story.profile("user_id:u1", "traits?class=audience").json().path("traits"))
        .isEmpty();
    story.instance().admin("POST", path, Story.json(GERMANS)).expect(409);
  }

  @Test
  void timeAloneEndsAMembershipAndAnotherAudienceFollows() {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login',"
                + "'window':{'within':'1 d'}}],"
                + "'audiences':[{'key':'asleep','root':{'all':[{'audience':'active','member':false},"
                + "{'trait':'logins','op':'exists'}]}},"
                + "{'key':'active','root':{'all':[{'trait':'logins','op':'greater_than',"
                + "'value':0}]}}]}");
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(story.value("u1", "active")).isEqualTo("true");
    assertThat(story.value("u1", "asleep")).isNull();
    story.moveTo(Duration.ofHours(25));
    assertThat(story.value("u1", "active")).isEqualTo("false");
    assertThat(story.value("u1", "asleep")).isEqualTo("true");
  }

  @Test
  void anonymousProfilesComeInWhenTheyAreIdentifiedAndMergesKeepMemberships() {
    Story story =
        new Story(
            "{'traits':[{'key':'views','type':'event_counter','event':'View'}],"
                + "'audiences':[{'key':'lookers','root':{'all':[{'trait':'views','op':'equals',"
                + "'value':2,'value_type':'number'}]}},"
                + "{'key':'three','root':{'all':[{'trait':'views','op':'equals','value':3,"
                + "'value_type':'number'}]}}]}");
    JsonNode anonymous = Story.json("{'anonymousId':'a1','event':'View','properties':{}}");
    story.send("track", anonymous, story.start());
    story.send("track", anonymous, story.start());
    story.track("u1", "View", "{}");
    story.track("u1", "View", "{}");
    story.flush();
    assertThat(story.profile("anonymous_id:a1", "traits").expect(200).path("traits").has("lookers"))
        .isFalse();
    assertThat(story.value("u1", "lookers")).isEqualTo("true");
    story.send("identify", Story.json("{'userId':'u1','anonymousId':'a1'}"), story.start());
    story.flush();
    assertThat(story.value("u1", "views")).isEqualTo("4");
    assertThat(story.value("u1", "lookers")).isEqualTo("false");
    assertThat(story.value("u1", "three")).isNull();
  }

  @Test
  void whatIsNotSupportedYetIsSaid() {
    Story story = new Story();
    String path = "/config/spaces/" + story.space() + "/audiences";
    JsonNode events = Story.json("{'key':'k','root':{'all':[{'event':'Login'}]}}");
    JsonNode error = story.instance().admin("POST", path, events).expect(400).path("error");
    assertThat(error.path("code").asText()).isEqualTo("validation_error");
    assertThat(error.path("field").asText()).isEqualTo("root.all.0.event");
    assertThat(error.path("message").asText()).contains("not supported yet");
  }
}
