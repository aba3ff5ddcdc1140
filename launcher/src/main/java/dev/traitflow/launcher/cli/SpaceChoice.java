package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the id of the space a command means: the one it names, else the only one there is. */
final class SpaceChoice {
  private SpaceChoice() {}

  /**
   * @param wanted an id or a slug
   * @throws Failure if there is no such space, or none is named and there are several
   */
  static String id(ServerClient server, Optional<String> wanted) {
    JsonNode answer =
        server
            .get("/config/spaces")
            .orElseThrow(() -> new Failure(server.base() + ": got no list of spaces"));
    List<String> names = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode space : answer) {
      String id = space.path("id").asText();
      String slug = space.path("slug").asText();
      if (wanted.isEmpty() || wanted.get().equals(id) || wanted.get().equals(slug)) {
        ids.add(id);
      }
      names.add(slug);
    }
    if (ids.size() != 1) {
      throw new Failure(
          "--space: got "
              + wanted.orElse("none")
              + " (expected one of "
              + String.join(", ", names)
              + ")");
    }
    return ids.get(0);
  }
}
