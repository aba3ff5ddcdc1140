package dev.traitflow.launcher;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.predictions.PredictionService;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Instance;
import dev.traitflow.launcher.runtime.Parts;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.predictions.PredictionControl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server of an instance, with the space files it was asked to apply.
 *
 * <p>The write keys of those files are remembered, because what the server stores of a secret is a
 * hash.
 */
final class LinkedServer implements Parts.Server {
  private final TraitflowServer server;
  private final PredictionService predictions;
  private final List<SpaceDefinition.Source> sources;

  private LinkedServer(
      TraitflowServer server, PredictionService predictions, List<SpaceDefinition.Source> sources) {
    this.server = server;
    this.predictions = predictions;
    this.sources = List.copyOf(sources);
  }

  /** Starts the server with training behind its admin route, and applies the space files. */
  static LinkedServer start(Instance.Context context) {
    Instance.Settings settings = context.settings();
    PredictionService predictions =
        new PredictionService(context.flink().batches(), context.bootstrap(), settings.data());
    List<SpaceDefinition> spaces = new ArrayList<>();
    for (Path file : settings.spaces()) {
      spaces.add(read(file));
    }
    TraitflowServer server = start(context, settings, predictions);
    try {
      predictions.open(server);
      List<SpaceDefinition.Source> sources = new ArrayList<>();
      for (SpaceDefinition space : spaces) {
        server.spaces().apply(space);
        sources.addAll(space.sources());
      }
      if (spaces.isEmpty()) {
        server.spaces().all().forEach(space -> sources.addAll(space.sources()));
      }
      return new LinkedServer(server, predictions, sources);
    } catch (InvalidDefinitionException e) {
      predictions.close();
      server.close();
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public URI url() {
    return URI.create("http://" + ServerConfig.LOOPBACK + ":" + server.port());
  }

  @Override
  public String writeKey(Optional<String> source) {
    return sources.stream()
        .filter(known -> source.isEmpty() || known.slug().equals(source.get()))
        .map(SpaceDefinition.Source::writeKey)
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    "--source: got "
                        + source.orElse("none")
                        + " (expected one of "
                        + sources.stream().map(SpaceDefinition.Source::slug).toList()
                        + "; a new data directory needs --space FILE)"));
  }

  @Override
  public void close() {
    predictions.close();
    server.close();
  }

  private static TraitflowServer start(
      Instance.Context context, Instance.Settings settings, PredictionControl predictions) {
    try {
      return TraitflowServer.start(
          new ServerConfig(
              context.bootstrap(),
              settings.data(),
              settings.port(),
              ServerConfig.LOOPBACK,
              settings.testMode(),
              kind(settings),
              context.layout().logPartitions(),
              context.layout().profilePartitions(),
              false,
              predictions));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("server: interrupted while it started", e);
    } catch (IOException | IllegalStateException e) {
      throw new Failure("server: did not start: " + e.getMessage(), e);
    }
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
