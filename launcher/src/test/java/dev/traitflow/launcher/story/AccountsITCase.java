package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Accounts: their profiles, links and computed traits, through the public interface. */
class AccountsITCase {
  private static final String LOGINS =
      "{'key':'logins','level':'account','type':'event_counter','event':'Login'}";

  @Test
  @Tag("T-27")
  void anAccountCountsTheEventsOfItsUsers() {
    Story story =
        new Story(
            "{'traits':["
                + LOGINS
                + ",{'key':'logins_1d','level':'account','type':'event_counter','event':'Login',"
                + "'window':{'within':'1 d'}}]}");
    logins(story, "u1", 2);
    group(story, "u1", "g1", "{'industry':'SW'}");
    group(story, "u2", "g1", "{}");
    logins(story, "u2", 3);
    story.flush();
    assertThat(account(story, "g1"))
        .hasToString("{\"industry\":\"SW\",\"logins\":5,\"logins_1d\":5}");
    assertThat(story.traits("u1")).hasToString("{}");
    story.moveTo(Duration.ofDays(1));
    assertThat(account(story, "g1").path("logins_1d").asInt()).isZero();
  }

  @Test
  @Tag("T-28")
  void anAccountTellsTheEmailOfItsMostActiveUser() {
    Story story =
        new Story(
            "{'traits':[{'key':'most_active','level':'account','type':'most_frequent',"
                + "'event':'Login','return_user_trait':'email'}]}");
    group(story, "u1", "g1", "{}");
    group(story, "u2", "g1", "{}");
    story.identify("u1", "{'email':'one@x.io'}");
    story.identify("u2", "{'email':'two@x.io'}");
    logins(story, "u1", 2);
    logins(story, "u2", 3);
    story.flush();
    assertThat(account(story, "g1").path("most_active").asText()).isEqualTo("two@x.io");
    ObjectNode moved = (ObjectNode) Story.json("{'userId':'u2','traits':{'email':'new@x.io'}}");
    story.send("identify", moved, story.after(Duration.ofMillis(1)));
    story.flush();
    assertThat(account(story, "g1").path("most_active").asText()).isEqualTo("new@x.io");
  }

  @Test
  @Tag("T-31")
  void aTraitOfAccountsDefinedLaterCountsWhatIsStored() {
    Story story = new Story();
    logins(story, "u1", 2);
    group(story, "u1", "g1", "{}");
    story.identify("u1", "{'email':'one@x.io','logins':'mine'}");
    story.flush();
    String firstUser =
        "{'key':'first_user','level':'account','type':'first','event':'Login',"
            + "'return_user_trait':'email'}";
    JsonNode preview = story.config("POST", "/traits/preview", firstUser).expect(200);
    assertThat(preview.path("total").asInt()).isEqualTo(1);
    assertThat(preview.toString()).contains("one@x.io").contains("g1");
    story.trait(LOGINS);
    story.trait(firstUser);
    JsonNode why = story.read("accounts", "group_id:g1", "traits/first_user/why").expect(200);
    assertThat(why.path("value").asText()).isEqualTo("one@x.io");
    assertThat(account(story, "g1")).hasToString("{\"first_user\":\"one@x.io\",\"logins\":2}");
    assertThat(story.value("u1", "logins")).isEqualTo("\"mine\"");
  }

  @Test
  @Tag("T-37")
  void aMergeOfTwoUsersOfAnAccountCountsEachEventOnce() {
    Story story = new Story("{'traits':[" + LOGINS + "]}");
    ObjectNode anonymous =
        (ObjectNode) Story.json("{'anonymousId':'a1','event':'Login','properties':{}}");
    story.send("track", anonymous, story.start());
    story.send("track", anonymous, story.start());
    story.send("group", Story.json("{'anonymousId':'a1','groupId':'g1'}"), story.start());
    logins(story, "u1", 3);
    group(story, "u1", "g2", "{}");
    story.flush();
    assertThat(account(story, "g1").path("logins").asInt()).isEqualTo(2);
    assertThat(account(story, "g2").path("logins").asInt()).isEqualTo(3);
    story.send("identify", Story.json("{'userId':'u1','anonymousId':'a1'}"), story.start());
    story.flush();
    assertThat(account(story, "g1").path("logins").asInt()).isEqualTo(5);
    assertThat(account(story, "g2").path("logins").asInt()).isEqualTo(5);
  }

  @Test
  void anAccountForgetsTheEventsThatAnUnmergeOrADeletionTookAway() {
    String mostActive =
        "{'key':'%s','level':'account','type':'most_frequent','event':'Login',"
            + "'minimum_frequency':1,'return_user_trait':'email'}";
    Story story =
        new Story("{'traits':[" + LOGINS + "," + mostActive.formatted("most_active") + "]}");
    group(story, "u1", "g1", "{'industry':'SW'}");
    story.identify("u1", "{'email':'one@x.io'}");
    logins(story, "u1", 1);
    group(story, "u2", "g1", "{}");
    story.identify("u2", "{'email':'two@x.io'}");
    logins(story, "u2", 2);
    for (int i = 0; i < 3; i++) {
      story.send("track", Story.json("{'anonymousId':'a1','event':'Login'}"), story.start());
    }
    story.send("identify", Story.json("{'userId':'u1','anonymousId':'a1'}"), story.start());
    story.flush();
    assertThat(account(story, "g1"))
        .hasToString("{\"industry\":\"SW\",\"logins\":6,\"most_active\":\"one@x.io\"}");

    String merge =
        story
            .config("GET", "/merges?identifier=user_id:u1", null)
            .expect(200)
            .path("data")
            .path(0)
            .path("id")
            .asText();
    story.config("POST", "/merges/" + merge + "/undo", "{}").expect(202);
    story.flush();
    assertThat(account(story, "g1"))
        .hasToString("{\"industry\":\"SW\",\"logins\":3,\"most_active\":\"two@x.io\"}");

    story.config("DELETE", "/profiles/user_id:u1", null).expect(202);
    story.flush();
    assertThat(account(story, "g1")).hasToString("{\"logins\":2,\"most_active\":\"two@x.io\"}");
    String late = "{'key':'late','level':'account','type':'event_counter','event':'Login'}";
    JsonNode preview = story.config("POST", "/traits/preview", late).expect(200);
    assertThat(preview.path("sample").path(0).path("value").asInt()).isEqualTo(2);
    story.trait(late);
    story.trait(mostActive.formatted("late_most"));
    assertThat(account(story, "g1"))
        .hasToString(
            "{\"late\":2,\"late_most\":\"two@x.io\",\"logins\":2,\"most_active\":\"two@x.io\"}");
  }

  @Test
  @Tag("K-13")
  void linksLeadBothWays() {
    Story story = new Story();
    group(story, "u1", "g1", "{}");
    group(story, "u2", "g1", "{}");
    story.flush();
    JsonNode ofUser = story.profile("user_id:u1", "links").expect(200);
    assertThat(ofUser.path("data").findValuesAsText("id")).containsExactly("g1");
    JsonNode ofAccount = story.read("accounts", "group_id:g1", "links").expect(200);
    assertThat(ofAccount.path("data").findValuesAsText("id")).containsExactlyInAnyOrder("u1", "u2");
  }

  private static JsonNode account(Story story, String group) {
    return story.read("accounts", "group_id:" + group, "traits").expect(200).path("traits");
  }

  private static void logins(Story story, String user, int count) {
    for (int i = 0; i < count; i++) {
      story.track(user, "Login", "{}");
    }
  }

  private static void group(Story story, String user, String group, String traits) {
    ObjectNode call = (ObjectNode) Story.json("{'traits':" + traits + "}");
    story.send("group", call.put("userId", user).put("groupId", group), story.start());
  }
}
