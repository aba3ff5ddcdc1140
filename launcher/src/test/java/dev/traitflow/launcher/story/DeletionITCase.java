package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Deleting a profile, seen through the doors of the system. */
class DeletionITCase {
  @Test
  void nothingOfADeletedProfileIsLeftOrComesBack() {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login'},"
                + "{'key':'recent','type':'event_counter','event':'Login',"
                + "'window':{'within':'2 d'}}]}");
    story.track("u1", "Login", "{}");
    story.identify("u1", "{'email':'one@x.io','plan':'pro'}");
    story.track("u2", "Login", "{}");
    story.flush();
    String before = story.profile("user_id:u1", "").expect(200).path("segment_id").asText();
    assertThat(story.value("u1", "logins")).isEqualTo("1");

    delete(story, "user_id:u1").expect(202);
    story.flush();
    for (String lookup : new String[] {"user_id:u1", "email:one@x.io", before}) {
      assertThat(status(story, lookup)).as(lookup).isEqualTo(404);
    }
    assertThat(story.value("u2", "logins")).isEqualTo("1");

    story.moveTo(Duration.ofDays(3));
    assertThat(status(story, "user_id:u1")).isEqualTo(404);
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(story.value("u1", "logins")).isEqualTo("1");
    assertThat(story.traits("u1").has("plan")).isFalse();
    assertThat(status(story, "email:one@x.io")).isEqualTo(404);
    delete(story, "group_id:g1").expect(400);
    delete(story, "user_id:nobody").expect(202);
  }

  private static TestInstance.Answer delete(Story story, String identifier) {
    return story.config("DELETE", "/profiles/" + identifier, null);
  }

  private static int status(Story story, String lookup) {
    return story.profile(lookup.startsWith("use_") ? "segment_id:" + lookup : lookup, "").status();
  }
}
