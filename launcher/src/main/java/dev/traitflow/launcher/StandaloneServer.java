package dev.traitflow.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.launcher.predictions.Explanations;
import dev.traitflow.launcher.predictions.ScheduledScoring;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.ServerNames;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.log.TopicSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The server beside a Kafka and jobs that run elsewhere. */
final class StandaloneServer {
  private static final String ALL_ADDRESSES = "0.0.0.0";

  private StandaloneServer() {}

  /** Makes the topics that are missing and tells how many partitions there are. */
  static TopicLayout topics(String kafka) {
    try {
      return TopicSetup.create(kafka, ServerConfig.LOG_PARTITIONS, ServerConfig.PROFILE_PARTITIONS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("topics on " + kafka + ": interrupted", e);
    }
  }

  /** Serves until the process is told to end. */
  static void run(
      String kafka,
      Path data,
      int port,
      List<Path> spaces,
      boolean replica,
      ServerNames names,
      PrintStream out)
      throws InterruptedException {
    TopicLayout layout = topics(kafka);
    CountDownLatch ended = new CountDownLatch(1);
    try (ScheduledScoring predictions = control(data);
        TraitflowServer server =
            TraitflowServer.start(
                new ServerConfig(
                    kafka,
                    data,
                    port,
                    ALL_ADDRESSES,
                    false,
                    null,
                    layout.logPartitions(),
                    layout.profilePartitions(),
                    replica,
                    names,
                    predictions))) {
      if (!replica) {
        predictions.open(server);
      }
      for (Path space : spaces) {
        LinkedServer.apply(server, space, LinkedServer.read(space));
      }
      Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "end-server"));
      out.println("ready http://127.0.0.1:" + server.port());
      out.flush();
      ended.await();
    } catch (IOException e) {
      throw new Failure("server: did not start: " + e.getMessage(), e);
    }
  }

  /** Explains by what bundles its directory has; does not train. */
  private static ScheduledScoring control(Path data) {
    Explanations explanations = Explanations.below(data);
    return new ScheduledScoring(
        "training: is not run by a server of its own yet (use traitflow up)") {
      @Override
      public JsonNode explain(String space, String prediction, String version, FeatureBlock block) {
        return explanations.explain(space, prediction, version, block);
      }
    };
  }
}
