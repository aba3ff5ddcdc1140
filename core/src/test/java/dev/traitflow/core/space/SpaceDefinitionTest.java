package dev.traitflow.core.space;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceDefinitionTest {
  private static final String AUDIENCES =
      """
      "audiences":[{"key":"big_spenders","root":{"all":[{"trait":"vip","op":"exists"}]}}]""";

  @Test
  void aCohortIsAnAudienceOfTheSpace() throws JsonProcessingException {
    assertThat(problems("\"cohort\":\"big_spenders\"", AUDIENCES)).isEmpty();
    assertThat(problems("\"cohort\":null", "\"audiences\":[]")).isEmpty();
    assertThat(problems("\"cohort\":\"big_spender\"", AUDIENCES))
        .containsExactly(
            new Problem(
                "/predictions/0/cohort",
                "names 'big_spender' (expected the key of an audience of the space);"
                    + " did you mean big_spenders?"));
  }

  private static List<Problem> problems(String cohort, String audiences)
      throws JsonProcessingException {
    String json =
        "{\"name\":\"Shop\",\"predictions\":[{\"key\":\"buy\",\"kind\":\"purchase\","
            + cohort
            + "}],"
            + audiences
            + "}";
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition.parse(new ObjectMapper().readTree(json), problems);
    return problems;
  }
}
