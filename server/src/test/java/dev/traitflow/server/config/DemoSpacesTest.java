package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.FlexTemplate;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The spaces that come with the project are valid, and their examples are true. */
class DemoSpacesTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @ParameterizedTest
  @ValueSource(strings = {"shop", "contact-center", "cdnow", "online-retail"})
  void everyTraitHasAnExampleThatHolds(String name) throws Exception {
    for (TraitDefinition trait : read(name).traits()) {
      assertThat(trait.description()).as(trait.key()).isNotEmpty();
      assertThat(trait.examples()).as(trait.key()).isNotEmpty();
      for (JsonNode example : trait.examples()) {
        String expected = text(example.path("value"));
        assertThat(value(trait, example)).as(trait.key()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop", "cdnow", "online-retail"})
  void showsEveryTypeOfTraitAndBothPredictions(String name) throws Exception {
    SpaceDefinition space = read(name);
    Set<TraitType> types = EnumSet.noneOf(TraitType.class);
    space.traits().forEach(trait -> types.add(trait.type()));
    assertThat(types).isEqualTo(EnumSet.allOf(TraitType.class));
    assertThat(space.traits()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(space.predictions())
        .extracting(prediction -> prediction.key())
        .containsExactly("likelihood_to_churn", "predicted_ltv");
  }

  @Test
  void theContactCenterStartsWithTheSixTemplates() throws Exception {
    JsonNode traits = read("contact-center").json().path("traits");
    assertThat(traits).hasSize(FlexTemplate.ALL.size());
    for (int i = 0; i < traits.size(); i++) {
      assertThat(JSON.readTree(traits.get(i).toString()))
          .isEqualTo(JSON.readTree(FlexTemplate.ALL.get(i).json()));
    }
  }

  private static SpaceDefinition read(String name) throws Exception {
    return SpaceFiles.read(Path.of("..", "docker", "spaces", name + ".yaml"), key -> null);
  }

  /** The trait's value for the events of the example, as compact JSON; {@code null} if absent. */
  private static String value(TraitDefinition trait, JsonNode example) {
    HeapProfileStore history = new HeapProfileStore();
    int number = 0;
    for (JsonNode event : example.path("events")) {
      history.append(event(event, number++));
    }
    long at = Instant.parse(example.path("at").asText()).toEpochMilli();
    ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of(trait)));
    for (TraitValue value : engine.values(engine.fold(history, at))) {
      if (value.key().equals(trait.key())) {
        return String.valueOf(value.text());
      }
    }
    return "null";
  }

  private static Event event(JsonNode example, int number) {
    long timestamp = Instant.parse(example.path("timestamp").asText()).toEpochMilli();
    return new Event(
        EventType.TRACK,
        "m" + number,
        timestamp,
        timestamp,
        "tests",
        example.path("event").asText(),
        "u1",
        null,
        null,
        null,
        null,
        null,
        text(example.path("properties")).getBytes(StandardCharsets.UTF_8),
        Event.NONE,
        Event.NONE);
  }

  private static String text(JsonNode value) {
    return JSON.valueToTree(value).toString();
  }
}
