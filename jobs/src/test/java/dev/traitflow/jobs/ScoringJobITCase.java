package dev.traitflow.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.bundle.FileSystemBundles;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.FeatureInput;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.TopicRecord;
import dev.traitflow.jobs.scoring.ModelCatalog;
import dev.traitflow.jobs.scoring.SampleModels;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.scoring.Scorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Features of three profiles in two partitions, a barrier behind them, one model in force. */
@ExtendWith(JobCluster.class)
@Timeout(60)
final class ScoringJobITCase {
  private static final int PARTITIONS = 2;
  private static final long BARRIER = 7;
  private static final JobSettings SETTINGS =
      new JobSettings(2, PARTITIONS, JobSettings.MAX_PARALLELISM, 1_000);

  private final CollectedSink log = new CollectedSink();

  @Test
  void featuresBecomeTraitWritesAndTheBarrierIsAnsweredBehindThem(
      StreamExecutionEnvironment env, @TempDir Path root) throws Exception {
    Path bundle = SampleModels.bundle(root, "buy", SampleModels.NOW);
    ScoringJob.define(
        env,
        BoundedSource.of(
            CodecTypeInformation.featureInputs(),
            partition(0, SampleModels.buyer("ada"), SampleModels.buyer("bob")),
            partition(1, SampleModels.buyer("cem"), SampleModels.buyer("cem"))),
        new OneModel(bundle.toString()),
        FileSystemBundles.in(root),
        log,
        SETTINGS);
    env.execute("scoring job");

    int lane = Topics.partition("shop", SETTINGS.lanes());
    List<LogRecord> records = lane(lane);
    assertThat(traits(records))
        .isEqualTo(
            Map.of(
                "ada", expected(bundle, SampleModels.buyer("ada")),
                "bob", expected(bundle, SampleModels.buyer("bob")),
                "cem", expected(bundle, SampleModels.buyer("cem"))));
    assertThat(records).filteredOn(record -> record.kind() == LogRecord.Kind.WRITE).hasSize(4);
    assertThat(records.get(records.size() - 1).kind()).isEqualTo(LogRecord.Kind.SCORED);
    assertThat(records.get(records.size() - 1).number()).isEqualTo(BARRIER);
    assertThat(lane(1 - lane))
        .singleElement()
        .matches(record -> record.kind() == LogRecord.Kind.SCORED && record.number() == BARRIER);
  }

  /** The blocks of a partition, and behind them the barrier, once for each control key. */
  private static List<FeatureInput> partition(int partition, FeatureBlock... blocks) {
    List<FeatureInput> inputs = new ArrayList<>();
    for (FeatureBlock block : blocks) {
      byte[] value = FeatureBlock.CODEC.encode(block);
      inputs.add(new FeatureInput(false, partition, PARTITIONS, "shop/" + block.profile(), value));
    }
    Marker barrier = new Marker(FoldProfiles.STAGE, 0, 1, 1, BARRIER, SampleModels.NOW, Map.of());
    for (String key : ControlKeys.all(SETTINGS.maxParallelism())) {
      inputs.add(new FeatureInput(true, partition, PARTITIONS, key, Marker.CODEC.encode(barrier)));
    }
    return inputs;
  }

  private List<LogRecord> lane(int lane) {
    return log.records().stream()
        .filter(record -> record.topic().equals(Topics.EVENTS) && record.partition() == lane)
        .map(TopicRecord::value)
        .map(LogRecord.CODEC::decode)
        .toList();
  }

  private static Map<String, String> traits(List<LogRecord> records) {
    Map<String, String> traits = new HashMap<>();
    for (LogRecord record : records) {
      if (record.kind() == LogRecord.Kind.WRITE) {
        TraitWrite write = TraitWrite.CODEC.decode(record.body());
        traits.put(write.profile(), new String(write.traits(), StandardCharsets.UTF_8));
      }
    }
    return traits;
  }

  /** What the model says of a profile without a job. */
  private static String expected(Path bundle, FeatureBlock block) throws Exception {
    ModelBundle model = ModelBundle.load(bundle);
    byte[] traits = Scorer.traitsJson(model.definition(), new Scorer(model).score(block));
    return new String(traits, StandardCharsets.UTF_8);
  }

  /** A catalog of one model. */
  private record OneModel(String bundle) implements ModelCatalog {
    @Override
    public Collection<ModelState> current() {
      return List.of(SampleModels.announced("buy", "v1", Path.of(bundle)));
    }
  }
}
