package dev.traitflow.bench.job;

import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.Uids;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;

/** The fold of the main job between a script and a sink. */
public final class FoldJobs {
  private FoldJobs() {}

  /** The fold as it runs: behind the keyed edge of the main job, serializers and network in it. */
  public static void keyed(
      StreamExecutionEnvironment environment,
      Script<ProfileMessage> script,
      Sink<TopicRecord> sink) {
    SingleOutputStreamOperator<ProfileMessage> source = source(environment, script);
    fold(environment, source.keyBy(ProfileMessage::key, Types.STRING), sink);
  }

  /**
   * The fold in the source's own thread, with parallelism 1: sending an event is working it off, so
   * that the script can time each.
   */
  public static void chained(
      StreamExecutionEnvironment environment,
      Script<ProfileMessage> script,
      Sink<TopicRecord> sink) {
    KeyedStream<ProfileMessage, String> keyed =
        DataStreamUtils.reinterpretAsKeyedStream(
            source(environment, script), ProfileMessage::key, Types.STRING);
    if (fold(environment, keyed, sink).getTransformation()
        instanceof PhysicalTransformation<?> fold) {
      fold.setChainingStrategy(ChainingStrategy.ALWAYS);
    }
  }

  private static SingleOutputStreamOperator<ProfileMessage> source(
      StreamExecutionEnvironment environment, Script<ProfileMessage> script) {
    return environment
        .fromSource(
            new ScriptSource<>(script),
            WatermarkStrategy.noWatermarks(),
            "play a script",
            CodecTypeInformation.profileMessages())
        .uid("play-script");
  }

  private static SingleOutputStreamOperator<TopicRecord> fold(
      StreamExecutionEnvironment environment,
      KeyedStream<ProfileMessage, String> keyed,
      Sink<TopicRecord> sink) {
    JobSettings settings =
        new JobSettings(
            environment.getParallelism(),
            environment.getParallelism(),
            JobSettings.MAX_PARALLELISM,
            1_000);
    SingleOutputStreamOperator<TopicRecord> folded =
        keyed
            .transform(
                "fold profiles",
                CodecTypeInformation.topicRecords(),
                new FoldProfiles(settings, TraitLevel.USER))
            .uid(Uids.FOLD_PROFILES);
    folded.sinkTo(sink).name("measure").uid("measure");
    return folded;
  }
}
