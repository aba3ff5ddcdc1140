package dev.traitflow.launcher;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.space.Topics;
import dev.traitflow.jobs.TrainingSetJob;
import dev.traitflow.jobs.training.RowFiles;
import dev.traitflow.jobs.training.TrainingSetRequest;
import dev.traitflow.launcher.runtime.EmbeddedFlink;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.TrainingOutcome;
import dev.traitflow.server.log.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the predictions of a space: rows by a batch job over the topics, models by Tribuo, a
 * bundle on disk, an announcement, and a scoring round. One training at a time; a failed or refused
 * one leaves the model in force where it is.
 */
final class TrainingService {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingService.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** Fixed, so that the same data gives the same model. */
  private static final long SEED = 20_250_101L;

  private final EmbeddedFlink flink;
  private final String bootstrap;
  private final Path data;
  private final int profilePartitions;

  TrainingService(EmbeddedFlink flink, String bootstrap, Path data, int profilePartitions) {
    this.flink = flink;
    this.bootstrap = bootstrap;
    this.data = data;
    this.profilePartitions = profilePartitions;
  }

  /**
   * Trains and announces.
   *
   * @param space the space's definition
   * @param wanted keys of predictions; all of the space if empty
   * @param now only events before it exist, epoch milliseconds
   * @param log where the scoring round is ordered
   * @return one entry a prediction: its card, or why it was refused
   * @throws IllegalArgumentException if a prediction is unknown
   */
  synchronized ArrayNode train(SpaceDefinition space, List<String> wanted, long now, EventLog log) {
    List<PredictionDefinition> predictions = choose(space, wanted);
    Path rows = data.resolve("training").resolve(space.id() + "-" + now);
    try {
      deleteTree(rows);
      TreeSet<Long> cutoffs = new TreeSet<>();
      predictions.forEach(each -> cutoffs.addAll(PredictionTraining.cutoffs(each, now, 0)));
      StreamExecutionEnvironment env = flink.batchEnvironment(TrainingSetJob.NAME);
      TrainingSetJob.define(
          env,
          bootstrap,
          new TrainingSetRequest(
              space.id(),
              space.json().toString(),
              cutoffs.stream().mapToLong(Long::longValue).toArray(),
              now),
          rows.toUri().toString());
      LOG.info("training rows of {} at {} cutoffs", space.id(), cutoffs.size());
      flink.runBatch(TrainingSetJob.NAME, env);
      ArrayNode answers = JSON.createArrayNode();
      boolean trained = false;
      for (PredictionDefinition prediction : predictions) {
        trained |= train(space, prediction, now, rows, answers);
      }
      if (trained) {
        log.append(LogRecord.score(space.id(), now, now)).join();
      }
      return answers;
    } catch (IOException e) {
      throw new UncheckedIOException("training in " + rows + ": " + e.getMessage(), e);
    } finally {
      deleteQuietly(rows);
    }
  }

  private boolean train(
      SpaceDefinition space,
      PredictionDefinition prediction,
      long now,
      Path files,
      ArrayNode answers)
      throws IOException {
    List<TrainingRow> all = new ArrayList<>();
    EventStatistics statistics = RowFiles.read(files, (position, row) -> all.add(row));
    Set<Long> usable =
        new HashSet<>(PredictionTraining.cutoffs(prediction, now, statistics.first()));
    List<TrainingRow> rows =
        all.stream()
            .filter(row -> usable.contains(row.cutoff()))
            .sorted(
                Comparator.comparingLong(TrainingRow::cutoff)
                    .thenComparing(row -> row.features().profile()))
            .toList();
    LOG.info("training {} of {} on {} rows", prediction.key(), space.id(), rows.size());
    TrainingOutcome outcome =
        PredictionTraining.train(
            prediction,
            rows,
            now,
            SEED,
            statistics,
            false,
            (step, share) ->
                LOG.info("{}: {} ({} %)", prediction.key(), step, (int) (share * 100)));
    ObjectNode answer = answers.addObject();
    answer.put("prediction", prediction.key());
    if (outcome instanceof TrainingOutcome.Trained trained) {
      Path bundle = trained.bundle().write(data.resolve("models"), space.id());
      ModelState.Version version =
          new ModelState.Version(
              trained.bundle().version(), bundle.toString(), now, "the first model");
      announce(
          ModelState.begun(space.id(), prediction.key())
              .live(version, trained.bundle().card(), JSON.createArrayNode(), now));
      answer.put("state", "Live");
      answer.put("version", trained.bundle().version());
      answer.put("path", bundle.toString());
      answer.set("card", trained.bundle().card());
      return true;
    }
    if (outcome instanceof TrainingOutcome.Refused refused) {
      answer.put("state", "Failed");
      answer.put("code", refused.code());
      answer.put("message", refused.sentence());
      ArrayNode failed = answer.putArray("checks");
      for (Check check : refused.checks()) {
        if (!check.passed()) {
          failed.add(check.sentence());
        }
      }
    }
    return false;
  }

  private static List<PredictionDefinition> choose(SpaceDefinition space, List<String> wanted) {
    if (wanted.isEmpty()) {
      if (space.predictions().isEmpty()) {
        throw new IllegalArgumentException("space " + space.id() + ": has no predictions");
      }
      return space.predictions();
    }
    List<PredictionDefinition> chosen = new ArrayList<>();
    for (String key : wanted) {
      chosen.add(
          space.predictions().stream()
              .filter(each -> each.key().equals(key))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "prediction: got "
                              + key
                              + " (expected one of "
                              + space.predictions().stream().map(PredictionDefinition::key).toList()
                              + ")")));
    }
    return chosen;
  }

  private void announce(ModelState state) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrap);
    properties.setProperty("acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      int partition = Topics.partition(state.space() + "/" + state.prediction(), profilePartitions);
      producer
          .send(new ProducerRecord<>(Topics.MODELS, partition, state.topicKey(), state.toJson()))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("model " + state.version() + ": not announced", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("model " + state.version() + ": not announced", e);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void deleteQuietly(Path directory) {
    try {
      deleteTree(directory);
    } catch (IOException e) {
      LOG.warn("training rows in {} stay: {}", directory, e.getMessage());
    }
  }
}
