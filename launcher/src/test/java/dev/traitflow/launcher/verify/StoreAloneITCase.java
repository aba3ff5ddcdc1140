package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.sample.SampleEvents;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.launcher.runtime.ServerAlone;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.predictions.NoPredictions;
import dev.traitflow.server.questions.ProfileReads;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.PastInstant;
import dev.traitflow.server.store.read.ProfileView;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server's store knows by itself: after a mixed run (late, repeated and broken calls,
 * merges, windows that end) it is rebuilt from the topics without a difference, and with no job
 * running core's fold over its histories gives every value that the job had emitted.
 */
class StoreAloneITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final Instant END = Instant.parse("2025-03-01T00:00:00Z");
  private static final int PEOPLE = 600;
  private static final int MERGED = 200;
  private static final NoPredictions NONE = new NoPredictions("training: is not run here");
  private static final Path SPACE = Path.of("..", "docker", "spaces", "shop.yaml");

  @TempDir private Path folder = Path.of("");
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void theStoreIsRebuiltAndItsOwnValuesAreThoseOfTheJob() throws Exception {
    Path calls = write();
    ProcessRunner.run(
        folder,
        TIMEOUT,
        "replay",
        calls.toString(),
        "--space",
        SPACE.toAbsolutePath().normalize().toString(),
        "--data",
        "data");
    List<String> before = export();
    assertThat(before.size()).isGreaterThan(PEOPLE / 2);

    Path rebuilt = ProcessRunner.run(folder, TIMEOUT, "store", "rebuild", "--data", "data");
    assertThat(Files.readString(rebuilt)).matches("(?s)rebuilt: \\d+ records in .*");
    assertThat(export()).isEqualTo(before);

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("data").resolve("kafka"));
        TraitflowServer server = ServerAlone.start(broker, folder.resolve("data"))) {
      SpaceDefinition space = server.spaces().find("spa_shop").orElseThrow();
      assertThat(differences(server.repository(), space)).isEmpty();
      readsWithoutAJob(server, before);
    }
  }

  /** The demo's customers, then people who turn out to be the devices taken for others. */
  private Path write() throws IOException {
    Path calls = folder.resolve("calls.ndjson");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(calls))) {
      new SampleEvents(9, END.toEpochMilli(), PEOPLE).writeTo(out);
      for (int i = 0; i < MERGED; i++) {
        line(out, i, "a", -40, "\"anonymousId\":\"dev%d\"".formatted(i));
        line(out, i, "b", -3, "\"userId\":\"per%d\"".formatted(i));
        line(out, i, "c", -2, "\"userId\":\"per%d\",\"anonymousId\":\"dev%d\"".formatted(i, i));
        line(out, i, "b", -3, "\"userId\":\"per%d\"".formatted(i));
        line(out, i, "d", -1, "\"anonymousId\":\"dev%d\"".formatted(i));
      }
    }
    return calls;
  }

  private static void line(OutputStream out, int person, String call, int day, String ids)
      throws IOException {
    String text =
        "{\"type\":\"track\",\"event\":\"Order Completed\",\"messageId\":\"x%d%s\",%s,"
            + "\"timestamp\":\"%s\",\"properties\":{\"revenue\":%d.5,\"currency\":\"USD\"}}\n";
    Instant at = END.plus(Duration.ofDays(day)).plusSeconds(person);
    out.write(text.formatted(person, call, ids, at, person % 17).getBytes(StandardCharsets.UTF_8));
  }

  private List<String> export() throws IOException {
    return Files.readAllLines(
        ProcessRunner.run(
            folder, TIMEOUT, "profile", "export", "--data", "data", "--space", "spa_shop"));
  }

  /** Where core's fold over a stored history differs from what the job emitted. */
  private static List<String> differences(ProfileRepository repository, SpaceDefinition space) {
    long now = repository.asOf().orElseThrow();
    List<String> differences = new ArrayList<>();
    int[] values = {0};
    int[] merged = {0};
    try (ProfileView view = repository.view()) {
      view.profiles(
          space.id(),
          profile -> {
            String collection = profile.startsWith("acc_") ? Identifier.ACCOUNTS : Identifier.USERS;
            Map<String, String> emitted = texts(view.traits(space.id(), profile));
            Map<String, String> folded =
                texts(
                    new ProfileReads(view, space, collection, profile, NONE::explain)
                        .traits(new PastInstant(now, false, true)));
            values[0] += emitted.size();
            merged[0] += view.members(space.id(), profile).size() - 1;
            if (!emitted.equals(folded)) {
              differences.add(profile + ": emitted " + emitted + ", folded " + folded);
            }
            return true;
          });
    }
    assertThat(values[0]).as("values compared").isGreaterThan(5 * PEOPLE);
    assertThat(merged[0]).as("profiles merged").isGreaterThanOrEqualTo(MERGED);
    return differences;
  }

  private static Map<String, String> texts(List<TraitValue> traits) {
    Map<String, String> texts = new TreeMap<>();
    traits.forEach(trait -> texts.put(trait.key(), String.valueOf(trait.text())));
    return texts;
  }

  private void readsWithoutAJob(TraitflowServer server, List<String> exported) throws Exception {
    String base = "http://127.0.0.1:" + server.port();
    String token = Files.readString(folder.resolve("data").resolve("admin-token")).strip();
    String profile = base + "/v1/spaces/spa_shop/collections/users/profiles/user_id:per3";
    JsonNode why = answer(get(profile + "/traits/lifetime_revenue/why", "dev-token"));
    assertThat(why.at("/counted/total").asInt()).isEqualTo(4);
    JsonNode then = answer(get(profile + "/traits?as_of=2025-01-30", "dev-token"));
    JsonNode now = answer(get(profile + "/traits", "dev-token"));
    assertThat(then.at("/traits/lifetime_revenue").asDouble()).isEqualTo(3.5);
    assertThat(now.at("/traits/lifetime_revenue").asDouble()).isEqualTo(14);
    HttpRequest.Builder preview =
        HttpRequest.newBuilder(URI.create(base + "/config/spaces/spa_shop/traits/preview"))
            .header("Authorization", "Bearer " + token)
            .POST(
                BodyPublishers.ofString(
                    "{\"type\":\"event_counter\",\"event\":\"Order Completed\"}"));
    assertThat(answer(preview).path("total").asInt()).isGreaterThanOrEqualTo(MERGED);
    HttpRequest.Builder export =
        HttpRequest.newBuilder(URI.create(base + "/admin/export?space=spa_shop"))
            .header("Authorization", "Bearer " + token);
    assertThat(http.send(export.build(), BodyHandlers.ofString()).body().lines().toList())
        .isEqualTo(exported);
  }

  private static HttpRequest.Builder get(String url, String user) {
    String pair = Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Basic " + pair);
  }

  private JsonNode answer(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
