package dev.traitflow.jobs;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.identity.ResolveIdentity;
import dev.traitflow.jobs.ingest.KafkaLogSkips;
import dev.traitflow.jobs.ingest.LogTime;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.ingest.ReadLog;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.profile.KeepHistory;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.KafkaEdges;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LaneKeys;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.SendOn;
import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The main job: the log in; histories, identifiers, values and features out. A deterministic state
 * machine over the log: parse, resolve in log order, keep, fold users, fold accounts.
 */
public final class ProfileJob {
  /** The job's name, under which its checkpoints are kept. */
  public static final String NAME = "profile-job";

  private ProfileJob() {}

  /** Defines the job on Kafka. */
  public static void define(
      StreamExecutionEnvironment env, KafkaConnection kafka, JobSettings settings) {
    KafkaEdges edges = new KafkaEdges(kafka);
    ReadLog log = new ReadLog(new KafkaLogSkips(kafka));
    define(env, edges.endless(Topics.EVENTS, log), edges.sink(), settings);
  }

  /** Defines the job between a log and a place for its records. */
  public static void define(
      StreamExecutionEnvironment env,
      Source<LogEntry, ?, ?> log,
      Sink<TopicRecord> topics,
      JobSettings settings) {
    // What a task writes is sent by the operator behind it, not by a thread that keeps looking.
    env.setBufferTimeout(ExecutionOptions.DISABLED_NETWORK_BUFFER_TIMEOUT);
    env.getConfig().setAutoWatermarkInterval(LogTime.TRAILING_MILLIS);
    SingleOutputStreamOperator<LaneInput> parsed =
        env.fromSource(
                log,
                WatermarkStrategy.<LogEntry>forGenerator(context -> new LogTime())
                    .withTimestampAssigner((entry, kafkaTime) -> entry.record().at()),
                "read the log",
                CodecTypeInformation.logEntries())
            .uid(Uids.READ_LOG)
            .map(new ParseCalls())
            .returns(CodecTypeInformation.laneInputs())
            .name("parse calls")
            .uid(Uids.PARSE_CALLS);
    SingleOutputStreamOperator<ProfileMessage> resolved =
        SendOn.behind(parsed, Uids.SEND_CALLS)
            .keyBy(new LaneKeys(settings.maxParallelism()), Types.INT)
            .transform(
                "resolve identity",
                CodecTypeInformation.profileMessages(),
                new ResolveIdentity(settings))
            .uid(Uids.RESOLVE_IDENTITY);
    resolved
        .getSideOutput(Outputs.TOPICS)
        .sinkTo(topics)
        .name("write identifiers and rejects")
        .uid(Uids.WRITE_IDENTITIES);

    SingleOutputStreamOperator<ProfileMessage> kept =
        SendOn.behind(resolved, Uids.SEND_RESOLVED)
            .keyBy(ProfileMessage::key, Types.STRING)
            .transform(
                "keep history", CodecTypeInformation.profileMessages(), new KeepHistory(settings))
            .uid(Uids.KEEP_HISTORY);
    kept.getSideOutput(Outputs.TOPICS).sinkTo(topics).name("write events").uid(Uids.WRITE_HISTORY);

    SingleOutputStreamOperator<TopicRecord> folded =
        SendOn.behind(kept, Uids.SEND_KEPT)
            .keyBy(ProfileMessage::key, Types.STRING)
            .transform(
                "fold profiles",
                CodecTypeInformation.topicRecords(),
                new FoldProfiles(settings, TraitLevel.USER))
            .uid(Uids.FOLD_PROFILES);
    folded.sinkTo(topics).name("write changes and features").uid(Uids.WRITE_CHANGES);

    SendOn.behind(folded.getSideOutput(Outputs.ACCOUNTS), Uids.SEND_ACCOUNTS)
        .keyBy(ProfileMessage::key, Types.STRING)
        .transform(
            "fold accounts",
            CodecTypeInformation.topicRecords(),
            new FoldProfiles(settings, TraitLevel.ACCOUNT))
        .uid(Uids.FOLD_ACCOUNTS)
        .sinkTo(topics)
        .name("write changes of accounts")
        .uid(Uids.WRITE_ACCOUNTS);
  }
}
