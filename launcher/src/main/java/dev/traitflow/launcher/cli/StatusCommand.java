package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows how far the traits of a running instance are. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the traits of a running instance: version, state and progress.")
final class StatusCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of("key", "type", "version", "state", "progress", "members");
  private static final String LINE = "  %-32s %-18s %7s %-14s %8s %8s%n";

  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "SPACE.yaml",
      arity = "0..1",
      description = "Show this space only (default: all).")
  private @Nullable Path file;

  StatusCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    ServerClient server =
        target
            .running()
            .orElseThrow(
                () ->
                    new Failure(
                        "data directory "
                            + target.data
                            + ": no instance runs on it (start one with ./traitflow up, or name"
                            + " one with --connect)"));
    ObjectNode answer = Answer.JSON.createObjectNode();
    ArrayNode spaces = answer.putArray("spaces");
    for (JsonNode space : spaces(server)) {
      if (isWanted(space)) {
        ObjectNode one = spaces.addObject();
        one.put("id", space.path("id").asText()).put("slug", space.path("slug").asText());
        one.set("as_of", space.path("as_of"));
        one.set("traits", traits(server, space.path("id").asText()));
      }
    }
    if (spaces.isEmpty()) {
      throw new Failure("space: got none of that name (expected one of " + names(server) + ")");
    }
    if (console.json) {
      Answer.print(answer, console.out());
    } else {
      spaces.forEach(space -> print(space, console.out()));
      console.out().flush();
    }
    return 0;
  }

  private boolean isWanted(JsonNode space) {
    if (file != null) {
      JsonNode definition = modules.space(file);
      String member = definition.hasNonNull("id") ? "id" : "name";
      return definition.path(member).equals(space.path(member));
    }
    return target.space().isEmpty()
        || target.space().get().equals(space.path("id").asText())
        || target.space().get().equals(space.path("slug").asText());
  }

  private static JsonNode spaces(ServerClient server) {
    return server
        .get("/config/spaces")
        .orElseThrow(() -> new Failure(server.base() + ": got no list of spaces"));
  }

  private static List<String> names(ServerClient server) {
    List<String> names = new ArrayList<>();
    spaces(server).forEach(space -> names.add(space.path("slug").asText()));
    return names;
  }

  private static JsonNode traits(ServerClient server, String space) {
    return server
        .get("/config/spaces/" + ProfileGetCommand.encode(space) + "/traits?refresh=true")
        .map(answer -> answer.path("data"))
        .orElseThrow(() -> new Failure(server.base() + ": does not tell the traits of " + space));
  }

  private static void print(JsonNode space, PrintWriter out) {
    out.println(
        space.path("slug").asText()
            + " ("
            + space.path("id").asText()
            + "), values as of "
            + space.path("as_of").asText());
    if (space.path("traits").isEmpty()) {
      out.println("  no traits");
      return;
    }
    out.printf(LINE, COLUMNS.toArray());
    for (JsonNode trait : space.path("traits")) {
      out.printf(LINE, COLUMNS.stream().map(name -> text(trait.path(name))).toArray());
    }
  }

  private static String text(JsonNode value) {
    if (value.has("percent")) {
      return value.path("percent").asText() + " %";
    }
    return value.isValueNode() && !value.isNull() ? value.asText() : "-";
  }
}
