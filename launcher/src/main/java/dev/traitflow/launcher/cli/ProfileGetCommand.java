package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one profile. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = "Shows the traits of one profile, now or as of an instant.")
final class ProfileGetCommand implements Callable<Integer> {
  private final Modules modules;
  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "ID_TYPE:VALUE",
      description = "An identifier, for example user_id:17850 or email:ada@example.com.")
  private String identifier = "";

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "The values as of this instant: 2025-03-01 or 2025-03-01T00:00:00Z.")
  private @Nullable String asOf;

  ProfileGetCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    if (identifier.indexOf(':') < 1) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "identifier: got " + identifier + " (expected ID_TYPE:VALUE)");
    }
    Optional<String> instant = Optional.ofNullable(asOf).map(text -> Times.parse(text).toString());
    Optional<ServerClient> running = target.running();
    Optional<JsonNode> profile;
    if (running.isPresent()) {
      profile = fromServer(running.get(), instant);
    } else {
      try (Modules.ProfileFolder folder = modules.openProfiles(target.data)) {
        profile = folder.get(target.space(), identifier, instant);
      }
    }
    JsonNode found =
        profile.orElseThrow(
            () -> new Failure("profile " + identifier + ": got none (expected one in the space)"));
    if (console.json) {
      Answer.print(found, console.out());
    } else {
      printTraits(found, console.out());
    }
    return 0;
  }

  /** All traits, over as many pages as it takes. */
  private Optional<JsonNode> fromServer(ServerClient server, Optional<String> instant) {
    String path =
        "/v1/spaces/"
            + encode(SpaceChoice.id(server, target.space()))
            + "/collections/users/profiles/"
            + encode(identifier)
            + "/traits?limit=200"
            + instant.map(text -> "&as_of=" + encode(text)).orElse("");
    ObjectNode all = Answer.JSON.createObjectNode();
    ObjectNode traits = all.putObject("traits");
    String next = "";
    do {
      Optional<JsonNode> page = server.get(next.isEmpty() ? path : path + "&next=" + encode(next));
      if (page.isEmpty()) {
        return Optional.empty();
      }
      page.get()
          .path("traits")
          .properties()
          .forEach(trait -> traits.set(trait.getKey(), trait.getValue()));
      next = page.get().path("cursor").path("next").asText("");
    } while (!next.isEmpty());
    return Optional.of(all);
  }

  private static void printTraits(JsonNode profile, PrintWriter out) {
    profile
        .path("traits")
        .properties()
        .forEach(trait -> out.println(trait.getKey() + ": " + trait.getValue()));
    out.flush();
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
