package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.runtime.Failure;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows why a value is what it is. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Shows why a trait of one profile has its value: the events that count and not,",
      "or, for a prediction, what raises and lowers the score from its base value."
    })
final class ProfileWhyCommand implements Callable<Integer> {
  private final Modules modules;
  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID_TYPE:VALUE",
      description = "An identifier, for example user_id:17850 or email:ada@example.com.")
  private String identifier = "";

  @Parameters(index = "1", paramLabel = "TRAIT", description = "The trait's key.")
  private String trait = "";

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "Why it was so at this instant: 2025-03-01 or 2025-03-01T00:00:00Z.")
  private @Nullable String asOf;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = {
        "The greatest number of events in each list; of features of each event for a",
        "prediction (default: ${DEFAULT-VALUE})."
      },
      defaultValue = "100")
  private int limit = 100;

  @Option(names = "--slow", description = "Read a long history of the past all the same.")
  private boolean slow;

  ProfileWhyCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    ProfileGetCommand.requireIdentifier(identifier, Objects.requireNonNull(spec).commandLine());
    Optional<String> instant = Optional.ofNullable(asOf).map(text -> Times.parse(text).toString());
    Optional<ServerClient> running = target.running();
    Optional<JsonNode> answer;
    if (running.isPresent()) {
      answer =
          running
              .get()
              .get(
                  ProfileGetCommand.path(running.get(), target, identifier)
                      + "/traits/"
                      + ProfileGetCommand.encode(trait)
                      + "/why?limit="
                      + limit
                      + ProfileGetCommand.past(instant, slow));
    } else {
      try (Modules.ProfileFolder folder = modules.openProfiles(target.data)) {
        answer = folder.why(target.space(), identifier, trait, instant, limit);
      }
    }
    JsonNode found =
        answer.orElseThrow(
            () ->
                new Failure(
                    "trait "
                        + trait
                        + " of "
                        + identifier
                        + ": got none (expected a profile and a trait of the space)"));
    if (console.json) {
      Answer.print(found, console.out());
    } else {
      WhyReport.print(found, console.out());
    }
    return 0;
  }
}
