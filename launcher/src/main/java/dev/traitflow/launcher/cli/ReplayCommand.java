package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.replay.Replay;
import dev.traitflow.launcher.replay.ReplayFile;
import dev.traitflow.launcher.replay.ReplayServer;
import dev.traitflow.launcher.runtime.Instance;
import dev.traitflow.launcher.runtime.Parts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

/** Sends every line of a file through the pipeline and waits until all is reflected. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Sends every event of an NDJSON file of tracking calls through the pipeline, waits until all"
          + " is reflected, and prints 'read N accepted N duplicate N rejected N'.",
      "The same command again on the same data goes on after the last durable line.",
      "Without --connect the clock follows the events of the file; into a running instance it"
          + " stays as it is (--clock wall) unless --clock event says otherwise."
    })
final class ReplayCommand implements Callable<Integer> {
  private final Modules modules;
  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();
  @Mixin private InstanceOptions options = new InstanceOptions();

  @Parameters(paramLabel = "FILE", description = "NDJSON, plain or compressed by gzip.")
  private Path file = Path.of("");

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Stop before the first line whose timestamp is at or after this.")
  private @Nullable String until;

  @Option(
      names = "--connect",
      paramLabel = "URL",
      description =
          "Send into a running instance; needs --write-key, and the admin token for a website's.")
  private @Nullable URI connect;

  @Option(
      names = "--write-key",
      paramLabel = "KEY",
      description = "The source's write key, with --connect.")
  private @Nullable String writeKey;

  @Option(
      names = "--source",
      paramLabel = "SLUG",
      description = "The source, without --connect (default: the space's first).")
  private @Nullable String source;

  ReplayCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    if (connect != null && writeKey == null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--connect: got no --write-key (expected the key of the source that the file is from)");
    }
    Optional<Instant> end = Optional.ofNullable(until).map(Times::parse);
    ReplayFile replayed = ReplayFile.of(file);
    if (connect != null && writeKey != null) {
      Instance.Clock clock = clockOr(Instance.Clock.WALL);
      sayClock(connect, clock);
      run(
          ReplayServer.ofKey(connect, writeKey, AdminAccess.token(options.data).secret()),
          replayed,
          clock,
          end);
      return 0;
    }
    Instance.Clock clock = clockOr(Instance.Clock.EVENT);
    List<Path> spaces = options.spaces;
    options.port = 0;
    Instance.Settings settings = options.settings("replay", spaces, Optional.of(clock), false);
    try (Instance instance = Instance.start(settings, modules.parts())) {
      instance.closeOnSignal(1);
      run(sendTo(instance, Optional.ofNullable(source), options.data), replayed, clock, end);
    }
    return 0;
  }

  private Instance.Clock clockOr(Instance.Clock otherwise) {
    return options.clock == null ? otherwise : options.clock;
  }

  /** A replay into a running instance serves others meanwhile: whose time holds must be clear. */
  private void sayClock(URI instance, Instance.Clock clock) {
    String effect =
        switch (clock) {
          case WALL -> "--clock wall: the file is history, and the instance's clock stays as it is";
          case EVENT -> "--clock event: the instance's clock follows the events of the file";
        };
    console.err().println("replay into " + instance + " with " + effect);
    console.err().flush();
  }

  /** Sends into an instance of this process for one of its sources. */
  static ReplayServer sendTo(Instance instance, Optional<String> source, Path data) {
    Parts.Source named = instance.source(source);
    return ReplayServer.ofSource(
        instance.url(), named.space(), named.slug(), AdminAccess.required(data));
  }

  private void run(
      ReplayServer server, ReplayFile replayed, Instance.Clock clock, Optional<Instant> end) {
    ReplayReport.print(replay(server, replayed, clock, end, console), console.json, console.out());
  }

  /** Replays with a progress line on stderr. */
  static Replay.Result replay(
      ReplayServer server,
      ReplayFile file,
      Instance.Clock clock,
      Optional<Instant> end,
      Console console) {
    ProgressLine progress = console.progress("replay");
    double size = Math.max(1, file.sizeBytes());
    try {
      return new Replay(
              server,
              file,
              clock.name().toLowerCase(Locale.ROOT),
              end,
              (bytes, lines) -> progress.count(bytes / size, lines, "lines"))
          .run();
    } finally {
      progress.end();
    }
  }
}
