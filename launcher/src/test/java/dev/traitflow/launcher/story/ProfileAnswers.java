package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import java.util.List;

/** What stories about the Profile API share. */
final class ProfileAnswers {
  private ProfileAnswers() {}

  /** The call of a text with single quotes. */
  static ObjectNode call(String text) {
    return (ObjectNode) Story.json(text);
  }

  /** The answer is a refusal of this status and code, with a sentence. */
  static void isRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().at("/error/code").asText()).isEqualTo(code);
    assertThat(answer.json().at("/error/message").asText()).isNotEmpty();
  }

  /** The names of the events of the user u1, as a page of them shows them. */
  static List<String> events(Story story, String parameters) {
    return story
        .profile("user_id:u1", "events" + parameters)
        .expect(200)
        .path("data")
        .findValuesAsText("event");
  }
}
