package dev.traitflow.jobs;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.KafkaEdges;
import dev.traitflow.jobs.runtime.TopicRecord;
import dev.traitflow.jobs.training.BuildRows;
import dev.traitflow.jobs.training.CountEvents;
import dev.traitflow.jobs.training.FollowMerges;
import dev.traitflow.jobs.training.ReadHistoryParts;
import dev.traitflow.jobs.training.RowFileSink;
import dev.traitflow.jobs.training.TrainingSetRequest;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The batch job that turns histories into point-in-time training rows. It reads the topics, never
 * the main job's state, so it can run beside it or anywhere else.
 */
public final class TrainingSetJob {
  /** The job's name. */
  public static final String NAME = "training-set-job";

  private TrainingSetJob() {}

  /** Defines the job on Kafka, with files below {@code directory} as its output. */
  public static void define(
      StreamExecutionEnvironment env,
      KafkaConnection kafka,
      TrainingSetRequest request,
      String directory) {
    KafkaEdges edges = new KafkaEdges(kafka);
    define(
        env,
        edges.bounded(Topics.PROFILE_EVENTS, new ReadHistoryParts(request.space())),
        edges.bounded(Topics.IDENTIFIERS, new ReadHistoryParts(request.space())),
        RowFileSink.in(directory),
        request);
  }

  /** Defines the job between events, identities and a place for rows. */
  public static void define(
      StreamExecutionEnvironment env,
      Source<HistoryPart, ?, ?> events,
      Source<HistoryPart, ?, ?> identities,
      Sink<TopicRecord> rows,
      TrainingSetRequest request) {
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    DataStream<HistoryPart> happened =
        env.fromSource(
                events,
                WatermarkStrategy.noWatermarks(),
                "read events",
                CodecTypeInformation.historyParts())
            .uid(Uids.READ_EVENTS);
    DataStream<HistoryPart> known =
        env.fromSource(
                identities,
                WatermarkStrategy.noWatermarks(),
                "read identities",
                CodecTypeInformation.historyParts())
            .uid(Uids.READ_IDENTITIES);
    DataStream<TopicRecord> counted =
        happened
            .transform(
                "count events", CodecTypeInformation.topicRecords(), new CountEvents(request.now()))
            .uid(Uids.COUNT_EVENTS);
    happened
        .union(known)
        .keyBy(HistoryPart::key, Types.STRING)
        .process(new FollowMerges(), CodecTypeInformation.historyParts())
        .name("follow merges")
        .uid(Uids.FOLLOW_MERGES)
        .keyBy(HistoryPart::key, Types.STRING)
        .process(new BuildRows(request), CodecTypeInformation.topicRecords())
        .name("build rows")
        .uid(Uids.BUILD_ROWS)
        .union(counted)
        .sinkTo(rows)
        .name("write rows")
        .uid(Uids.WRITE_ROWS);
  }
}
