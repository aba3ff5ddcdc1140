package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Computed traits of users, through the control API, the tracking API and the Profile API. */
class TraitsITCase {
  @Test
  void T02_eventCounter() {
    Story story = new Story("{'traits':[{'key':'logins','type':'event_counter','event':'Login'}]}");
    for (int i = 0; i < 3; i++) {
      story.track("u1", "Login", "{}");
    }
    story.flush();
    assertThat(story.value("u1", "logins")).isEqualTo("3");
  }

  @Test
  void T22_slidingWindowExpiresWithoutNewEvents() {
    Story story =
        new Story(
            "{'traits':[{'key':'week','type':'event_counter','event':'E','window':{'within':'7"
                + " d'}}]}");
    story.track("u1", "E", "{}");
    story.moveTo(Duration.ofDays(5));
    story.track("u1", "E", "{}", story.after(Duration.ofDays(5)));
    story.moveTo(Duration.ofDays(6));
    assertThat(story.value("u1", "week")).isEqualTo("2");
    story.moveTo(Duration.ofDays(8));
    assertThat(story.value("u1", "week")).isEqualTo("1");
    story.moveTo(Duration.ofDays(13));
    assertThat(story.value("u1", "week")).isEqualTo("0");
  }
}
