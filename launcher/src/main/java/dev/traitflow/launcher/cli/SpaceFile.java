package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.launcher.runtime.Failure;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A space file and what a server says of it; a refusal is shown at its place in the file. */
final class SpaceFile {
  private final Modules modules;
  private final Path file;
  private final JsonNode definition;

  private SpaceFile(Modules modules, Path file) {
    this.modules = modules;
    this.file = file;
    this.definition = modules.space(file);
  }

  /**
   * Reads a file.
   *
   * @throws Failure if it is wrong; the message says where
   */
  static SpaceFile read(Modules modules, Path file) {
    return new SpaceFile(modules, file);
  }

  /**
   * What applying the file would do.
   *
   * @param prune whether what the file does not name goes too
   * @param counts whether profiles whose values would change are counted, which reads all events
   */
  JsonNode plan(ServerClient server, boolean prune, boolean counts) {
    return shown(
        () -> server.post("/admin/spaces/plan?prune=" + prune + "&counts=" + counts, definition));
  }

  /** Applies the file; answers with the space as it is then. */
  JsonNode apply(ServerClient server, boolean prune) {
    return shown(() -> server.post("/admin/spaces?prune=" + prune, definition));
  }

  private JsonNode shown(Supplier<JsonNode> question) {
    try {
      return question.get();
    } catch (Refusal refusal) {
      if (refusal.problems().isEmpty()) {
        throw refusal;
      }
      StringBuilder message = new StringBuilder();
      for (Problem problem : refusal.problems()) {
        message.append(message.isEmpty() ? "" : System.lineSeparator());
        message.append(modules.shown(file, problem));
      }
      throw new Failure(message.toString(), refusal);
    }
  }
}
