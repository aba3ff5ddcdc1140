package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.server.ServerConfig;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole instance whose models are bad: one fails on every buyer, and one lies on a disk that does
 * not answer, so that the scorers stand still. Profiles go on as if there were none.
 */
class BrokenModelsITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PROBES = 60;

  private static final String SPACE =
      """
      id: spa_models
      name: Models
      sources: [{name: Web, slug: web, write_key: web-key}]
      tokens: [{name: t, token: reader}]
      traits: [{key: orders, type: event_counter, event: Order Completed}]
      predictions:
        - {key: good, kind: purchase, rescore_minutes: 1}
        - {key: bad, kind: purchase}
        - {key: stuck, kind: purchase}
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private String url = "";
  private long rounds;

  BrokenModelsITCase(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void modelsThatFailOrStandStillDoNotTouchProfiles() throws Exception {
    Path space = Files.writeString(folder.resolve("models.yaml"), SPACE);
    Path data = folder.resolve("data");
    try (ProcessRunner process =
        ProcessRunner.start(
            folder, "up", "--port", "0", "--data", data.toString(), "--space", space.toString())) {
      String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      url = ready.substring("ready ".length()).strip();
      Map<String, Object> kafka = EmbeddedBroker.connection(data.resolve("kafka")).settings();
      kafka.put("acks", "all");
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
        String admin = Files.readString(data.resolve("admin-token")).strip();
        await("trainings are over", () -> trainingsAreOver(admin));
        tell(producer, admin);
      }
    }
  }

  private void tell(KafkaProducer<byte[], byte[]> producer, String admin) throws Exception {
    for (int i = 0; i < 20; i++) {
      buy("u" + i);
    }
    awaitOrders("u19", 1);
    long[] before = probe("before");

    Path good = bundle("good");
    announce(producer, "good", good);
    announce(producer, "bad", failing(bundle("bad")));
    round(producer);
    await("a score", () -> traits("u3").has("good"));
    assertThat(traits("u3").has("bad")).isFalse();

    Path stuck = bundle("stuck");
    Path features = stuck.resolve("features.json");
    Files.delete(features);
    assertThat(new ProcessBuilder("mkfifo", features.toString()).start().waitFor()).isZero();
    announce(producer, "stuck", stuck);
    round(producer);
    // Opening it waits for a reader: from here on a scorer stands still.
    try (FileOutputStream nothing = new FileOutputStream(features.toFile())) {
      long[] during = probe("during");
      assertThat(nothing.getFD().valid()).isTrue();
      System.out.printf(
          "event to value, median ms: %d before, %d while scorers stand still%n",
          median(before), median(during));
      assertThat(median(during)).isLessThan(Math.max(1000, 4 * median(before)));
      assertThat(restarts(admin)).isZero();
    }
    // The disk says that there was nothing: the bundle is left out, and scoring goes on.
    buy("late");
    awaitOrders("late", 1);
    await("scoring goes on", () -> traits("late").has("good"));
    assertThat(traits("late").has("stuck")).isFalse();
    assertThat(restarts(admin)).isZero();
  }

  /** Each prediction is trained when it is defined, and refused: there is nothing to learn from. */
  private boolean trainingsAreOver(String admin) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config/spaces/spa_models/predictions"))
            .header("Authorization", "Bearer " + admin)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    List<String> states = JSON.readTree(answer.body()).findValuesAsText("state");
    return states.size() == 3 && states.stream().allMatch("Failed"::equals);
  }

  /** How long the value of each of some events took to be read, milliseconds. */
  private long[] probe(String name) throws Exception {
    long[] took = new long[PROBES];
    for (int i = 0; i < PROBES; i++) {
      long began = System.nanoTime();
      buy(name);
      awaitOrders(name, i + 1);
      took[i] = (System.nanoTime() - began) / 1_000_000;
    }
    return took;
  }

  private static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void buy(String user) throws Exception {
    String key = "Basic " + Base64.getEncoder().encodeToString("web-key:".getBytes(UTF_8));
    String body = "{\"userId\":\"" + user + "\",\"event\":\"Order Completed\"}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v1/track"))
            .header("Authorization", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private JsonNode traits(String user) throws Exception {
    String path = "/v1/spaces/spa_models/collections/users/profiles/user_id:" + user + "/traits";
    String token = "Basic " + Base64.getEncoder().encodeToString("reader:".getBytes(UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", token).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body()).path("traits");
  }

  private void awaitOrders(String user, int orders) throws Exception {
    await(user + " has " + orders, () -> traits(user).path("orders").asInt() == orders);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Restarts of all jobs so far. */
  private long restarts(String admin) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/admin/status"))
            .header("Authorization", "Bearer " + admin)
            .build();
    JsonNode status =
        JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    assertThat(status.path("jobs").findValuesAsText("state")).containsExactly("RUNNING", "RUNNING");
    return status.path("jobs").findValues("restarts").stream().mapToLong(JsonNode::asLong).sum();
  }

  private static void announce(KafkaProducer<byte[], byte[]> producer, String key, Path bundle)
      throws Exception {
    ModelState.Version version = new ModelState.Version(key + "-1", bundle.toString(), 1, "");
    ModelState state =
        ModelState.begun("spa_models", key)
            .live(version, JSON.createObjectNode(), JSON.createArrayNode(), 1);
    int partition = Topics.partition("spa_models/" + key, ServerConfig.PROFILE_PARTITIONS);
    producer
        .send(new ProducerRecord<>(Topics.MODELS, partition, state.topicKey(), state.toJson()))
        .get();
  }

  private void round(KafkaProducer<byte[], byte[]> producer) throws Exception {
    LogRecord record = LogRecord.score("spa_models", System.currentTimeMillis(), ++rounds);
    producer
        .send(
            new ProducerRecord<>(
                Topics.EVENTS,
                Topics.partition("spa_models", ServerConfig.LOG_PARTITIONS),
                "spa_models".getBytes(UTF_8),
                LogRecord.CODEC.encode(record)))
        .get();
  }

  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  /** Its customer-base model has parameters that are none: it has no answer to who ever bought. */
  private static Path failing(Path bundle) throws IOException {
    Path features = bundle.resolve("features.json");
    ObjectNode json = (ObjectNode) JSON.readTree(features.toFile());
    ArrayNode parameters = ((ObjectNode) json.path("customer_base")).putArray("pareto_nbd");
    parameters.add(-1).add(-1).add(-1).add(-1);
    Files.writeString(features, json.toString());
    return bundle;
  }

  private Path bundle(String key) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("key", key).put("kind", "purchase");
    PredictionDefinition definition =
        PredictionDefinition.parse(new Fields(json, "", new ArrayList<>()));
    List<double[]> targets = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      double[] features = new double[FeatureSet.EVENT_FEATURES.size()];
      features[FeatureSet.position("active_days")] = 1 + random.nextInt(6);
      features[FeatureSet.position("days_since_first")] = 100 + random.nextInt(100);
      features[FeatureSet.position("days_since_last")] = random.nextInt(90);
      targets.add(features);
    }
    CustomerBaseModel base = CustomerBaseModel.fit(targets, 20_000 * PredictionDefinition.DAY, 30);
    FeatureMapping mapping =
        FeatureMapping.unscaled(
            List.of(new Column("Order Completed", CustomerBaseModel.SILENCE)), base);
    Member member = Member.customerBase(definition, mapping);
    ScoringFunction function =
        new ScoringFunction(List.of(member), PlattScaling.IDENTITY, false, 1, 700);
    return ModelBundle.create(
            definition, mapping, function, new double[] {0}, 1, JSON.createObjectNode())
        .write(folder.resolve("bundles"), "spa_models");
  }
}
