package dev.traitflow.jobs.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.jobs.bundle.FileSystemBundles;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.FeatureInput;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LogEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles as they lie on disk, whole and broken, in the operator that scores with them. */
final class ScoreProfilesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long NOW = SampleModels.NOW;

  /** In the block of version 1 that an older program left in the topic, one feature. */
  private static final String OLD_BLOCK = "01027302700a01040002000402024102013fe000000000000000";

  /** What is in force; static, because the operator takes its own copy of the catalog. */
  private static final List<ModelState> CATALOG = new ArrayList<>();

  private final Path root;
  private int round;

  ScoreProfilesTest(@TempDir Path root) {
    this.root = root;
    CATALOG.clear();
  }

  @Test
  void aBundleThatCannotBeUsedLeavesTheOneBeforeItInForce() throws Exception {
    Path good = bundle("buy", NOW);
    announce("buy", "v1", good);
    try (Scoring scoring = new Scoring()) {
      String version = scoring.score(buyer("a")).get("a/buy");
      assertThat(version).isNotNull();

      announce("buy", "torn", changed(good, "population.json", text -> text.substring(0, 5)));
      assertThat(scoring.score(buyer("b"))).isEqualTo(Map.of("b/buy", version));

      announce("buy", "gone", root.resolve("nowhere"));
      assertThat(scoring.score(buyer("c"))).isEqualTo(Map.of("c/buy", version));

      announce("buy", "other", edited(good, json -> json.putArray("event_features").add("count")));
      assertThat(scoring.score(buyer("d"))).isEqualTo(Map.of("d/buy", version));

      announce(
          "buy",
          "nan",
          edited(
              good,
              json ->
                  json.withArray("members")
                      .forEach(member -> ((ObjectNode) member).put("weight", Double.NaN))));
      assertThat(scoring.score(buyer("e"))).isEqualTo(Map.of("e/buy", version));

      announce("buy", "v2", bundle("buy", NOW + 1000));
      assertThat(scoring.score(buyer("f")).get("f/buy")).isNotNull().isNotEqualTo(version);
    }
  }

  @Test
  void aModelThatFailsCostsOtherModelsAndProfilesNothing() throws Exception {
    Path good = bundle("good", NOW);
    announce("good", "v1", good);
    // Fails on everybody who ever bought, and answers those who did not.
    Path bad =
        edited(
            bundle("bad", NOW),
            json -> {
              ObjectNode base = (ObjectNode) json.path("customer_base");
              base.putArray("pareto_nbd").add(-1).add(-1).add(-1).add(-1);
            });
    announce("bad", "v1", bad);
    try (Scoring scoring = new Scoring()) {
      Map<String, String> written = scoring.score(buyer("a"), viewer("b"), buyer("c"));
      assertThat(written.keySet()).containsExactly("a/good", "b/bad", "b/good", "c/good");
      assertThat(scoring.score(buyer("d")).keySet()).containsExactly("d/good");
    }
  }

  /** A compacted topic keeps a profile's last block for good, whatever program wrote it. */
  @Test
  void blocksOfAnOlderProgramStopNothing() throws Exception {
    announce("buy", "v1", bundle("buy", NOW));
    try (Scoring scoring = new Scoring()) {
      FeatureBlock old = FeatureBlock.CODEC.decode(HexFormat.of().parseHex(OLD_BLOCK));
      FeatureBlock narrow =
          new FeatureBlock("shop", "old", old.at(), true, old.totals(), buyer("x").events());
      assertThat(scoring.score(narrow, buyer("a"))).containsKey("a/buy");
    }
  }

  @Test
  void whoIsNotInTheCohortAnyMoreLosesTheScore() throws Exception {
    announce("buy", "v1", bundle("{\"key\":\"buy\",\"cohort\":\"vip\"}", NOW));
    try (Scoring scoring = new Scoring()) {
      Map<String, String> traits =
          scoring.traits(
              buyer("in").withAudiences(List.of("vip")),
              buyer("never"),
              buyer("left").withPredicted(List.of("buy", "buy_probability")));
      assertThat(traits.keySet()).containsExactly("in", "left");
      assertThat(traits.get("in")).contains("\"buy_probability\":0");
      assertThat(traits.get("left")).isEqualTo("{\"buy\":null,\"buy_probability\":null}");
    }
  }

  private void announce(String key, String version, Path path) {
    CATALOG.removeIf(state -> state.prediction().equals(key));
    CATALOG.add(SampleModels.announced(key, version, path));
  }

  private static FeatureBlock buyer(String profile) {
    return SampleModels.buyer(profile);
  }

  private static FeatureBlock viewer(String profile) {
    return SampleModels.viewer(profile);
  }

  private Path bundle(String keyOrJson, long now) throws IOException {
    return SampleModels.bundle(root, keyOrJson, now);
  }

  /** A copy of a bundle in which the text of one file is another. */
  private Path changed(Path bundle, String file, UnaryOperator<String> change) throws IOException {
    Path copy = Files.createTempDirectory(root, "changed");
    try (var files = Files.list(bundle)) {
      for (Path each : files.toList()) {
        Files.copy(each, copy.resolve(each.getFileName()));
      }
    }
    Path target = copy.resolve(file);
    Files.writeString(target, change.apply(Files.readString(target)));
    return copy;
  }

  private Path edited(Path bundle, Consumer<ObjectNode> edit) throws IOException {
    return changed(
        bundle,
        "features.json",
        text -> {
          try {
            JsonNode json = JSON.readTree(text);
            edit.accept((ObjectNode) json);
            return json.toString();
          } catch (IOException e) {
            throw new IllegalStateException(text, e);
          }
        });
  }

  private static final class StaticCatalog implements ModelCatalog {
    private static final long serialVersionUID = 1;

    @Override
    public Collection<ModelState> current() {
      return List.copyOf(CATALOG);
    }
  }

  /** The operator, which hears of a new round before each batch of blocks. */
  private final class Scoring implements AutoCloseable {
    private final OneInputStreamOperatorTestHarness<FeatureInput, LogEntry> harness;

    Scoring() throws Exception {
      harness =
          new OneInputStreamOperatorTestHarness<>(
              new ScoreProfiles(
                  new JobSettings(1, 2, JobSettings.MAX_PARALLELISM, 1_000),
                  new StaticCatalog(),
                  FileSystemBundles.in(root)));
      harness.setup(CodecTypeInformation.logEntries().createSerializer(new SerializerConfigImpl()));
      harness.open();
    }

    /** The version that wrote by {@code profile/prediction}. */
    Map<String, String> score(FeatureBlock... blocks) throws Exception {
      Map<String, String> versions = new TreeMap<>();
      writes(blocks)
          .forEach(write -> versions.put(write.profile() + "/" + write.writer(), write.version()));
      return versions;
    }

    Map<String, String> traits(FeatureBlock... blocks) throws Exception {
      Map<String, String> traits = new TreeMap<>();
      for (TraitWrite write : writes(blocks)) {
        traits.put(write.profile(), new String(write.traits(), StandardCharsets.UTF_8));
      }
      return traits;
    }

    private List<TraitWrite> writes(FeatureBlock... blocks) throws Exception {
      Marker marker = new Marker("round", 0, 1, 1, ++round, NOW, Map.of());
      take(new FeatureInput(true, 0, 2, "~0", Marker.CODEC.encode(marker)));
      for (FeatureBlock block : blocks) {
        byte[] value = FeatureBlock.CODEC.encode(block);
        take(new FeatureInput(false, 0, 2, "shop/" + block.profile(), value));
      }
      harness.prepareSnapshotPreBarrier(round);
      List<TraitWrite> writes = new ArrayList<>();
      for (LogEntry entry : harness.extractOutputValues()) {
        assertThat(entry.record().kind()).isEqualTo(LogRecord.Kind.WRITE);
        writes.add(TraitWrite.CODEC.decode(entry.record().body()));
      }
      harness.getOutput().clear();
      return writes;
    }

    private void take(FeatureInput input) throws Exception {
      harness.processElement(new StreamRecord<>(input));
    }

    @Override
    public void close() {
      try {
        harness.close();
      } catch (Exception e) {
        throw new IllegalStateException("harness: cannot be closed", e);
      }
    }
  }
}
