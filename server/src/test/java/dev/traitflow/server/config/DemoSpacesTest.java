package dev.traitflow.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.space.FlexTemplate;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The spaces that come with the project are valid, and their examples are true. */
class DemoSpacesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"shop", "contact-center", "cdnow", "online-retail"})
  void everyTraitHasAnExampleThatHolds(String name) throws Exception {
    for (TraitDefinition trait : read(name).traits()) {
      assertThat(trait.description()).as(trait.key()).isNotEmpty();
      assertThat(trait.examples()).as(trait.key()).isNotEmpty();
    }
    assertThat(SpaceFiles.check(name, Files.readString(file(name)), key -> null)).isEmpty();
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
    return SpaceFiles.read(file(name), key -> null);
  }

  private static Path file(String name) {
    return Path.of("..", "docker", "spaces", name + ".yaml");
  }
}
