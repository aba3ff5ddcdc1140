package dev.traitflow.launcher.runtime;

import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.ServerNames;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.health.Jobs;
import dev.traitflow.server.predictions.NoPredictions;
import java.nio.file.Path;

/** A server beside an embedded broker, on a free port, with neither jobs nor predictions. */
public final class ServerAlone {
  private ServerAlone() {}

  /** Starts one on a data directory. */
  public static TraitflowServer start(EmbeddedBroker broker, Path data) throws Exception {
    return TraitflowServer.start(
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
            new NoPredictions("training: is not run here"),
            Jobs.NOT_OBSERVED));
  }
}
