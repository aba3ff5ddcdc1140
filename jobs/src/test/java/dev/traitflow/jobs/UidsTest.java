package dev.traitflow.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.jobs.bundle.FileSystemBundles;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.training.TrainingSetRequest;
import java.net.URI;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** A changed uid loses the state of every running job, so each one is written down here. */
final class UidsTest {
  private static final KafkaConnection BROKERS = KafkaConnection.plain("localhost:9092");
  private static final JobSettings SETTINGS =
      new JobSettings(1, 4, JobSettings.MAX_PARALLELISM, 1_000);

  @Test
  void noUidWasRenamed() {
    assertThat(Uids.ALL)
        .containsExactly(
            "read-log",
            "parse-calls",
            "resolve-identity",
            "keep-history",
            "fold-profiles",
            "write-identities",
            "write-history",
            "write-changes",
            "read-features",
            "score-profiles",
            "append-to-log",
            "write-log",
            "read-events",
            "read-identities",
            "follow-merges",
            "build-rows",
            "count-events",
            "write-rows",
            "fold-accounts",
            "write-accounts",
            "send-calls",
            "send-resolved",
            "send-kept",
            "send-accounts",
            "send-features",
            "send-scores")
        .doesNotHaveDuplicates();
  }

  @Test
  void everyOperatorOfTheProfileJobHasAUid() {
    StreamExecutionEnvironment env = environment();
    ProfileJob.define(env, BROKERS, SETTINGS);
    assertEveryOperatorHasAUid(env, 10);
  }

  @Test
  void everyOperatorOfTheScoringJobHasAUid() {
    StreamExecutionEnvironment env = environment();
    ScoringJob.define(env, BROKERS, new FileSystemBundles(URI.create("file:///models")), SETTINGS);
    assertEveryOperatorHasAUid(env, 4);
  }

  @Test
  void everyOperatorOfTheTrainingSetJobHasAUid() {
    StreamExecutionEnvironment env = environment();
    TrainingSetRequest request = new TrainingSetRequest("shop", "{}", new long[] {1_000}, 2_000);
    TrainingSetJob.define(env, BROKERS, request, "rows");
    assertEveryOperatorHasAUid(env, 6);
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.MAX_PARALLELISM, JobSettings.MAX_PARALLELISM);
    return StreamExecutionEnvironment.getExecutionEnvironment(configuration);
  }

  private static void assertEveryOperatorHasAUid(StreamExecutionEnvironment env, int atLeast) {
    StreamGraph graph = env.getStreamGraph();
    List<StreamNode> nodes = List.copyOf(graph.getStreamNodes());
    assertThat(nodes).hasSizeGreaterThanOrEqualTo(atLeast);
    for (StreamNode node : nodes) {
      assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotEmpty();
      assertThat(Uids.ALL).anyMatch(uid -> node.getTransformationUID().contains(uid));
    }
    assertThat(graph.getJobGraph().getNumberOfVertices()).isPositive();
  }
}
