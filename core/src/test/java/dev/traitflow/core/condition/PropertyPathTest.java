package dev.traitflow.core.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.trait.EventBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyPathTest {
  private static final EventFields EVENT =
      EventBuilder.track("A")
          .with(
              """
              {"a":{"b":1},"x.y":2,"context":{"c":3},"none":null,
               "list":[{"p":1},{"q":2},{"p":null},{"p":[4,5]},6],"$":7}
              """)
          .in("{\"page\":{\"path\":\"/p\"}}")
          .fields();

  @Test
  void stepsThroughObjectsByDots() {
    assertThat(find("a.b")).containsExactly("1");
    assertThat(find("a")).containsExactly("{\"b\":1}");
    assertThat(find("a.b.c")).isEmpty();
    assertThat(find("none")).isEmpty();
  }

  @Test
  void readsAnEscapedDotAsPartOfTheName() {
    assertThat(find("x\\.y")).containsExactly("2");
    assertThat(find("x.y")).isEmpty();
  }

  @Test
  void readsTheContextByPrefixOnly() {
    assertThat(find("context.page.path")).containsExactly("/p");
    assertThat(find("context")).containsExactly("{\"c\":3}");
    assertThat(find("context.c")).isEmpty();
  }

  @Test
  void stepsIntoEachElementOfAnArrayInOrder() {
    assertThat(find("list.$.p")).containsExactly("1", "[4,5]");
    assertThat(find("list.$.p.$")).containsExactly("4", "5");
    assertThat(find("list.p")).isEmpty();
    assertThat(find("a.$")).isEmpty();
  }

  @Test
  void readsNamesOfPagesAndScreensAsProperties() {
    EventFields page = EventBuilder.page("Pricing", "Web").with("{\"page_name\":\"own\"}").fields();
    assertThat(PropertyPath.parse("page_name").values(page).get(0).textValue())
        .isEqualTo("Pricing");
    assertThat(PropertyPath.parse("page_category").values(page).get(0).textValue())
        .isEqualTo("Web");
    EventFields screen = EventBuilder.screen("Home").fields();
    assertThat(PropertyPath.parse("screen_name").values(screen).get(0).textValue())
        .isEqualTo("Home");
    assertThat(PropertyPath.parse("page_name").values(screen)).isEmpty();
    EventFields unnamed = EventBuilder.page(null, "").with("{\"page_name\":\"own\"}").fields();
    assertThat(PropertyPath.parse("page_name").values(unnamed).get(0).textValue()).isEqualTo("own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", ".a", "a.", "$", "$.a", "context."})
  void refusesPathsWithoutNames(String text) {
    assertThatThrownBy(() -> PropertyPath.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  private static List<String> find(String path) {
    return PropertyPath.parse(path).values(EVENT).stream().map(ValueText::of).toList();
  }
}
