package dev.traitflow.launcher.runtime;

import dev.traitflow.server.Backbone;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.health.Jobs;
import dev.traitflow.server.predictions.NoPredictions;
import java.nio.file.Path;

/** A server beside an embedded broker, on a free port, with neither jobs nor predictions. */
public final class ServerAlone {
  private ServerAlone() {}

  /** Starts one on a data directory. */
  public static TraitflowServer start(EmbeddedBroker broker, Path data) throws Exception {
    ServerConfig config =
        new ServerConfig(
            broker.connection(),
            data,
            0,
            ServerConfig.LOOPBACK,
            false,
            null,
            ServerConfig.LOG_PARTITIONS,
            ServerConfig.PROFILE_PARTITIONS,
            false,
            ServerNames.NONE,
            Jobs.NOT_OBSERVED);
    return TraitflowServer.start(
        Backbone.open(config), new NoPredictions("training: is not run here"));
  }
}
