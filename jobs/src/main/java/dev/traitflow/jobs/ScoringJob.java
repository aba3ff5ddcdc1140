package dev.traitflow.jobs;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.FeatureInput;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.KafkaEdges;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.SendOn;
import dev.traitflow.jobs.runtime.TopicRecord;
import dev.traitflow.jobs.scoring.AppendToLog;
import dev.traitflow.jobs.scoring.KafkaModelCatalog;
import dev.traitflow.jobs.scoring.ModelCatalog;
import dev.traitflow.jobs.scoring.ReadFeatures;
import dev.traitflow.jobs.scoring.ScoreProfiles;
import dev.traitflow.ml.bundle.BundleStore;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The side job: features in, predictions out, as trait writes into the log. Its own job, so that a
 * rollout of a model neither restarts nor slows the job that owns the histories.
 */
public final class ScoringJob {
  /** The job's name, under which its checkpoints are kept. */
  public static final String NAME = "scoring-job";

  private ScoringJob() {}

  /** Defines the job on Kafka. */
  public static void define(
      StreamExecutionEnvironment env,
      KafkaConnection kafka,
      BundleStore bundles,
      JobSettings settings) {
    KafkaEdges edges = new KafkaEdges(kafka);
    define(
        env,
        edges.endless(Topics.PROFILE_FEATURES, new ReadFeatures(settings)),
        new KafkaModelCatalog(kafka),
        bundles,
        edges.sink(),
        settings);
  }

  /** Defines the job between features, models and the log. */
  public static void define(
      StreamExecutionEnvironment env,
      Source<FeatureInput, ?, ?> features,
      ModelCatalog models,
      BundleStore bundles,
      Sink<TopicRecord> log,
      JobSettings settings) {
    // What a task writes is sent by the operator behind it, not by a thread that keeps looking.
    env.setBufferTimeout(ExecutionOptions.DISABLED_NETWORK_BUFFER_TIMEOUT);
    env.getConfig().setAutoWatermarkInterval(0);
    SingleOutputStreamOperator<FeatureInput> read =
        env.fromSource(
                features,
                WatermarkStrategy.noWatermarks(),
                "read features",
                CodecTypeInformation.featureInputs())
            .uid(Uids.READ_FEATURES);
    SingleOutputStreamOperator<LogEntry> scored =
        SendOn.behind(read, Uids.SEND_FEATURES)
            .keyBy(FeatureInput::key, Types.STRING)
            .transform(
                "score profiles",
                CodecTypeInformation.logEntries(),
                new ScoreProfiles(settings, models, bundles))
            .uid(Uids.SCORE_PROFILES);
    SendOn.behind(scored, Uids.SEND_SCORES)
        .transform(
            "append to the log", CodecTypeInformation.topicRecords(), new AppendToLog(settings))
        .uid(Uids.APPEND_TO_LOG)
        .setParallelism(1)
        .sinkTo(log)
        .name("write the log")
        .uid(Uids.WRITE_LOG)
        .setParallelism(1);
  }
}
