package dev.traitflow.launcher;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.bundle.FileSystemBundles;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Instance;
import dev.traitflow.launcher.runtime.Parts;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.predict.service.PredictionService;
import dev.traitflow.server.Backbone;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.UnpreparedChangeException;
import dev.traitflow.server.config.YamlDocument;
import dev.traitflow.server.log.ClockKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of an instance, with the space files it was asked to apply. */
final class LinkedServer implements Parts.Server {
  private final TraitflowServer server;
  private final PredictionService predictions;
  private final List<Parts.Source> sources;

  private LinkedServer(
      TraitflowServer server, PredictionService predictions, List<Parts.Source> sources) {
    this.server = server;
    this.predictions = predictions;
    this.sources = List.copyOf(sources);
  }

  /** Starts the server with training behind its admin route, and applies the space files. */
  static LinkedServer start(Instance.Context context) {
    Instance.Settings settings = context.settings();
    Map<Path, SpaceDefinition> spaces = new LinkedHashMap<>();
    for (Path file : settings.spaces()) {
      spaces.put(file, read(file));
    }
    Backbone backbone = open(config(context, settings));
    PredictionService predictions;
    try {
      predictions =
          PredictionService.start(backbone, context.flink().batches(), bundles(settings.data()));
    } catch (RuntimeException failure) {
      backbone.close();
      throw failure;
    }
    TraitflowServer server = serve(backbone, predictions);
    try {
      context.flink().restWhile(server.log()::isAtRest);
      List<Parts.Source> sources = new ArrayList<>();
      spaces.forEach((file, space) -> addSources(apply(server, file, space), sources));
      if (spaces.isEmpty()) {
        server.spaces().all().forEach(space -> addSources(space, sources));
      }
      return new LinkedServer(server, predictions, sources);
    } catch (Failure e) {
      predictions.close();
      server.close();
      throw e;
    }
  }

  /** Applies a file to its space; a {@link Failure} shows what is refused at its place in it. */
  static SpaceDefinition apply(TraitflowServer server, Path file, SpaceDefinition space) {
    try {
      return server.apply(space);
    } catch (InvalidDefinitionException e) {
      throw new Failure(String.valueOf(e.in(document(file)).getMessage()), e);
    } catch (UnpreparedChangeException e) {
      throw new Failure(file + ": " + e.getMessage(), e);
    }
  }

  /** The text of a space file that was read before. */
  static YamlDocument document(Path file) {
    try {
      return YamlDocument.parse(file.toString(), Files.readString(file));
    } catch (IOException | InvalidDefinitionException e) {
      throw new Failure(file + ": cannot be read again: " + e.getMessage(), e);
    }
  }

  private static void addSources(SpaceDefinition space, List<Parts.Source> sources) {
    space.sources().forEach(source -> sources.add(new Parts.Source(space.id(), source.slug())));
  }

  @Override
  public URI url() {
    return URI.create("http://" + ServerConfig.LOOPBACK + ":" + server.port());
  }

  @Override
  public Parts.Source source(Optional<String> slug) {
    return sources.stream()
        .filter(known -> slug.isEmpty() || known.slug().equals(slug.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    "--source: got "
                        + slug.orElse("none")
                        + " (expected one of "
                        + sources.stream().map(Parts.Source::slug).toList()
                        + "; a new data directory needs --space FILE)"));
  }

  @Override
  public void close() {
    predictions.close();
    server.close();
  }

  /** The bundles of a data directory. */
  static BundleStore bundles(Path data) {
    return FileSystemBundles.in(data.resolve("models"));
  }

  private static ServerConfig config(Instance.Context context, Instance.Settings settings) {
    return new ServerConfig(
        context.kafka(),
        settings.data(),
        settings.port(),
        ServerConfig.LOOPBACK,
        settings.testMode(),
        kind(settings),
        context.layout().logPartitions(),
        context.layout().profilePartitions(),
        false,
        names(settings),
        context.flink().health());
  }

  private static ServerNames names(Instance.Settings settings) {
    try {
      return ServerNames.of(settings.publicUrl().orElse(null), System::getenv);
    } catch (IllegalArgumentException e) {
      throw notStarted(e);
    }
  }

  /** Opens what a server works on; a {@link Failure} says what does not fit. */
  static Backbone open(ServerConfig config) {
    try {
      return Backbone.open(config);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("server: interrupted while it started", e);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      throw notStarted(e);
    }
  }

  private static TraitflowServer serve(Backbone backbone, PredictionService predictions) {
    try {
      return TraitflowServer.start(backbone, predictions);
    } catch (IOException | RuntimeException e) {
      predictions.close();
      throw notStarted(e);
    }
  }

  private static Failure notStarted(Exception why) {
    return new Failure("server: did not start: " + why.getMessage(), why);
  }

  private static @Nullable ClockKind kind(Instance.Settings settings) {
    if (settings.clock().isEmpty()) {
      return null;
    }
    return switch (settings.clock().get()) {
      case EVENT -> ClockKind.EVENT;
      case WALL -> ClockKind.WALL;
    };
  }

  /** Reads a space file; a {@link Failure} says everything that is wrong with it. */
  static SpaceDefinition read(Path file) {
    try {
      return SpaceFiles.read(file, System::getenv);
    } catch (IOException e) {
      throw Failure.reading(file, e);
    } catch (InvalidDefinitionException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }
}
