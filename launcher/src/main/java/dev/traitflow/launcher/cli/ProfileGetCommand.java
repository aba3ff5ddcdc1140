package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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

  @Option(names = "--slow", description = "Read a long history of the past all the same.")
  private boolean slow;

  ProfileGetCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    requireIdentifier(identifier, Objects.requireNonNull(spec).commandLine());
    Optional<String> instant = Optional.ofNullable(asOf).map(text -> Times.parse(text).toString());
    Optional<ServerClient> running = target.running();
    Optional<JsonNode> profile;
    if (running.isPresent()) {
      String past = past(instant, slow);
      profile =
          running
              .get()
              .get(
                  path(running.get(), target, identifier)
                      + (past.isEmpty() ? "" : "?" + past.substring(1)));
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
    instant.ifPresent(time -> explainNothing(found, time));
    return 0;
  }

  /** Says why a profile of the past is empty: an answer without a line looks like a failure. */
  private void explainNothing(JsonNode found, String instant) {
    if (found.path("first_event_at").isTextual()) {
      console
          .err()
          .println(
              "profile "
                  + identifier
                  + ": had no event yet at "
                  + instant
                  + "; its first is of "
                  + found.path("first_event_at").asText());
    } else if (found.path("traits").isEmpty()) {
      console.err().println("profile " + identifier + ": had no traits at " + instant);
    }
    console.err().flush();
  }

  /** The path of the whole profile in the Profile API. */
  static String path(ServerClient server, TargetOptions target, String identifier) {
    return "/v1/spaces/"
        + encode(SpaceChoice.id(server, target.space()))
        + "/collections/users/profiles/"
        + encode(identifier);
  }

  /** The parameters of a read of the past, each behind an ampersand. */
  static String past(Optional<String> instant, boolean slow) {
    return instant.map(text -> "&as_of=" + encode(text)).orElse("") + (slow ? "&slow=true" : "");
  }

  /** Refuses an identifier that names no type. */
  static void requireIdentifier(String identifier, CommandLine command) {
    if (identifier.indexOf(':') < 1) {
      throw new ParameterException(
          command, "identifier: got " + identifier + " (expected ID_TYPE:VALUE)");
    }
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
