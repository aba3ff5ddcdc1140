package dev.traitflow.launcher;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.ServerPort;
import dev.traitflow.predict.service.Explanations;
import dev.traitflow.predict.service.ScheduledScoring;
import dev.traitflow.predict.service.WithoutTraining;
import dev.traitflow.server.Backbone;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.health.Jobs;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.log.TopicSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The server beside a Kafka and jobs that run elsewhere. */
final class StandaloneServer {
  private static final String NO_TRAINING =
      "training: is not run by a server of its own yet (use traitflow up)";

  private StandaloneServer() {}

  /** Makes the topics that are missing and tells how many partitions there are. */
  static TopicLayout topics(KafkaConnection kafka) {
    try {
      return TopicSetup.create(kafka, ServerConfig.LOG_PARTITIONS, ServerConfig.PROFILE_PARTITIONS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("topics on " + kafka.bootstrap() + ": interrupted", e);
    } catch (IllegalStateException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Serves until the process is told to end. */
  static void run(
      KafkaConnection kafka,
      Path data,
      String bind,
      int port,
      List<Path> spaces,
      boolean replica,
      ServerNames names,
      PrintStream out)
      throws InterruptedException {
    ServerPort.requireFree(bind, port);
    TopicLayout layout = topics(kafka);
    CountDownLatch ended = new CountDownLatch(1);
    ServerConfig config =
        new ServerConfig(
            kafka,
            data,
            port,
            bind,
            false,
            null,
            layout.logPartitions(),
            layout.profilePartitions(),
            replica,
            names,
            Jobs.NOT_OBSERVED);
    Backbone backbone = LinkedServer.open(config);
    WithoutTraining predictions = predictions(backbone);
    try (TraitflowServer server = TraitflowServer.start(backbone, predictions);
        predictions) {
      for (Path space : spaces) {
        LinkedServer.apply(server, space, LinkedServer.read(space));
      }
      Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "end-server"));
      out.println("ready http://" + reachable(bind) + ":" + server.port());
      out.flush();
      ended.await();
    } catch (IOException e) {
      throw new Failure("server: did not start: " + e.getMessage(), e);
    }
  }

  /** An address at which this machine reaches what listens on {@code bind}. */
  private static String reachable(String bind) {
    boolean all = bind.equals("0.0.0.0") || bind.equals("::");
    return all ? ServerConfig.LOOPBACK : bind.indexOf(':') < 0 ? bind : "[" + bind + "]";
  }

  /** Explains by what bundles its directory has; does not train. */
  private static WithoutTraining predictions(Backbone backbone) {
    Explanations explanations = new Explanations(LinkedServer.bundles(backbone.config().dataDir()));
    return backbone.config().replica()
        ? new WithoutTraining(NO_TRAINING, explanations)
        : ScheduledScoring.start(backbone, NO_TRAINING, explanations);
  }
}
