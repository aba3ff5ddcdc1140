package dev.traitflow.bench.job;

import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.ProfileJob;
import dev.traitflow.jobs.Uids;
import dev.traitflow.jobs.identity.ResolveIdentity;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.profile.KeepHistory;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LaneKeys;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;

/** The main job, and parts of it from the lane on, between a script and a sink. */
public final class LaneJobs {
  private LaneJobs() {}

  /** The lane in the source's own thread, with parallelism 1: neither parsing nor network. */
  public static void chained(StreamExecutionEnvironment environment, Script<LaneInput> script) {
    KeyedStream<LaneInput, Integer> keyed =
        DataStreamUtils.reinterpretAsKeyedStream(
            source(environment, script, CodecTypeInformation.laneInputs()),
            new LaneKeys(JobSettings.MAX_PARALLELISM),
            Types.INT);
    if (lane(environment, keyed).getTransformation() instanceof PhysicalTransformation<?> lane) {
      lane.setChainingStrategy(ChainingStrategy.ALWAYS);
    }
  }

  /** Reading, parsing and the lane as they run, and nothing behind them. */
  public static void lanes(StreamExecutionEnvironment environment, Script<LogEntry> script) {
    lane(
        environment,
        source(environment, script, CodecTypeInformation.logEntries())
            .map(new ParseCalls())
            .returns(CodecTypeInformation.laneInputs())
            .uid(Uids.PARSE_CALLS)
            .keyBy(new LaneKeys(JobSettings.MAX_PARALLELISM), Types.INT));
  }

  /** The main job. */
  public static void whole(
      StreamExecutionEnvironment environment, Script<LogEntry> script, Sink<TopicRecord> sink) {
    ProfileJob.define(environment, new ScriptSource<>(script), sink, settings(environment));
  }

  /** The main job without its lane: it parses calls, each of which carries the lane's answer. */
  public static void answered(StreamExecutionEnvironment environment, Script<Answered> script) {
    histories(environment, answers(environment, script));
  }

  /** The main job with a lane that drops repeats only: each call carries whose it is. */
  public static void deduplicated(StreamExecutionEnvironment environment, Script<Answered> script) {
    histories(
        environment,
        answers(environment, script)
            .keyBy(any -> 0, Types.INT)
            .transform("drop repeats", CodecTypeInformation.profileMessages(), new DropRepeats())
            .uid(Uids.RESOLVE_IDENTITY));
  }

  /** Parsed in the source's own thread, as the job does: what is read is never serialized. */
  private static SingleOutputStreamOperator<ProfileMessage> answers(
      StreamExecutionEnvironment environment, Script<Answered> script) {
    return source(environment, script, TypeInformation.of(Answered.class))
        .flatMap(new Answered.Parse())
        .returns(CodecTypeInformation.profileMessages())
        .uid(Uids.PARSE_CALLS);
  }

  /** The main job from its histories on: events come as the lane would send them. */
  public static void resolved(
      StreamExecutionEnvironment environment, Script<ProfileMessage> script) {
    histories(environment, source(environment, script, CodecTypeInformation.profileMessages()));
  }

  private static void histories(
      StreamExecutionEnvironment environment, SingleOutputStreamOperator<ProfileMessage> resolved) {
    JobSettings settings = settings(environment);
    SingleOutputStreamOperator<ProfileMessage> kept =
        resolved
            .keyBy(ProfileMessage::key, Types.STRING)
            .transform(
                "keep history", CodecTypeInformation.profileMessages(), new KeepHistory(settings))
            .uid(Uids.KEEP_HISTORY);
    kept.getSideOutput(Outputs.TOPICS).sinkTo(new DiscardingSink<>()).uid(Uids.WRITE_HISTORY);
    kept.keyBy(ProfileMessage::key, Types.STRING)
        .transform(
            "fold profiles",
            CodecTypeInformation.topicRecords(),
            new FoldProfiles(settings, TraitLevel.USER))
        .uid(Uids.FOLD_PROFILES)
        .sinkTo(new DiscardingSink<>())
        .uid(Uids.WRITE_CHANGES);
  }

  private static <T> SingleOutputStreamOperator<T> source(
      StreamExecutionEnvironment environment, Script<T> script, TypeInformation<T> type) {
    return environment
        .fromSource(
            new ScriptSource<>(script), WatermarkStrategy.noWatermarks(), "play a log", type)
        .uid("play-log");
  }

  private static SingleOutputStreamOperator<ProfileMessage> lane(
      StreamExecutionEnvironment environment, KeyedStream<LaneInput, Integer> keyed) {
    SingleOutputStreamOperator<ProfileMessage> resolved =
        keyed
            .transform(
                "resolve identity",
                CodecTypeInformation.profileMessages(),
                new ResolveIdentity(settings(environment)))
            .uid(Uids.RESOLVE_IDENTITY);
    resolved
        .getSideOutput(Outputs.TOPICS)
        .sinkTo(new DiscardingSink<>())
        .uid(Uids.WRITE_IDENTITIES);
    resolved.sinkTo(new DiscardingSink<>()).uid("discard-resolved");
    return resolved;
  }

  private static JobSettings settings(StreamExecutionEnvironment environment) {
    return new JobSettings(
        environment.getParallelism(),
        environment.getParallelism(),
        JobSettings.MAX_PARALLELISM,
        1_000);
  }
}
