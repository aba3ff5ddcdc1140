package dev.traitflow.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.server.http.RouteTable.RoutesOfAddress;
import io.undertow.util.Methods;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final Route.Handler NONE = request -> {};

  private final RouteTable table =
      new RouteTable(
          List.of(
              get("/"),
              get("/spaces"),
              get("/spaces/{space}"),
              get("/spaces/{space}/traits/{key}"),
              Route.delete("/spaces/{s}/traits/{k}", "", Access.PUBLIC, NONE),
              Route.post("/spaces/{space}/traits/plan", "", Access.PUBLIC, NONE),
              Route.post("/spaces/{space}/all:batch", "", Access.PUBLIC, NONE),
              get("/pixel/*").changing()));

  private static Route get(String template) {
    return Route.get(template, "", Access.PUBLIC, NONE);
  }

  private static String allowed(@Nullable RoutesOfAddress found) {
    return found == null ? "none" : found.allowed();
  }

  @Test
  void findsLiteralAddressesWithoutDecodingThem() {
    assertThat(allowed(table.findRaw("/"))).isEqualTo("GET, HEAD");
    assertThat(allowed(table.findRaw("/spaces"))).isEqualTo("GET, HEAD");
    assertThat(allowed(table.findRaw("/spaces/"))).isEqualTo("GET, HEAD");
    assertThat(table.findRaw("/spaces/a")).isNull();
  }

  @Test
  void findsWhateverComesBehindAPrefix() {
    assertThat(allowed(table.findRaw("/pixel/track%F"))).isEqualTo("GET");
    assertThat(allowed(table.findRaw("/pixel/a/b/c"))).isEqualTo("GET");
  }

  @Test
  void takesSlashesAndNothingAsValuesOfParameters() {
    assertThat(allowed(table.find(List.of("spaces", "a/b")))).isEqualTo("GET, HEAD");
    assertThat(allowed(table.find(List.of("spaces", "")))).isEqualTo("GET, HEAD");
    assertThat(table.find(List.of("spaces", "a", "b"))).isNull();
    assertThat(table.find(List.of("spaces", "a", "traits", "b", "c"))).isNull();
    assertThat(allowed(table.find(List.of("spaces", "a", "all:batch")))).isEqualTo("POST");
  }

  @Test
  void prefersALiteralSegmentMethodByMethod() {
    RoutesOfAddress plan = table.find(List.of("spaces", "a", "traits", "plan"));
    assertThat(plan).isNotNull();
    assertThat(plan.of(Methods.POST)).hasToString("POST /spaces/{space}/traits/plan");
    assertThat(plan.of(Methods.DELETE)).hasToString("DELETE /spaces/{s}/traits/{k}");
    assertThat(plan.of(Methods.PUT)).isNull();
    assertThat(plan.allowed()).isEqualTo("POST, GET, HEAD, DELETE");
  }

  @Test
  void answersHeadByGetUnlessThatChangesSomething() {
    RoutesOfAddress pixel = table.findRaw("/pixel/track");
    assertThat(pixel).isNotNull();
    assertThat(pixel.of(Methods.HEAD)).isNull();
    RoutesOfAddress spaces = table.findRaw("/spaces");
    assertThat(spaces).isNotNull();
    assertThat(spaces.of(Methods.HEAD)).hasToString("GET /spaces");
  }

  @Test
  void refusesTwoRoutesOfOneMethodAndAddress() {
    assertThatThrownBy(() -> new RouteTable(List.of(get("/a/{b}"), get("/a/{c}"))))
        .hasMessage("GET /a/{c}: got also GET /a/{b} (expected one)");
  }
}
