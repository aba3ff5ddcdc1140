package dev.traitflow.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Parts;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.config.FileProblem;
import dev.traitflow.server.store.apply.StoreRebuild;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "test",
        "replay",
        "train",
        "sql",
        "convert",
        "doctor",
        "bench",
        "init",
        "validate",
        "plan",
        "apply",
        "status",
        "profile",
        "profile get",
        "profile why",
        "profile export",
        "store",
        "store rebuild",
        "log",
        "log skip",
        "predictions",
        "predictions list",
        "predictions show",
        "predictions preview",
        "predictions versions",
        "predictions rollback",
        "predictions evaluate"
      })
  void explainsEveryCommandOnStdout(String command) {
    assertThat(run((command + " --help").split(" "))).isZero();
    assertThat(out.toString()).startsWith("Usage: traitflow " + command);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void listsTheCommands() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("demo", "up", "replay", "profile", "convert", "bench", "doctor");
  }

  @Test
  void saysWhoRunsACommandThatIsNoPartOfTheProduct() {
    assertThat(run("bench", "k", "--quick")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "bench: is run by the script ./traitflow of a checkout, not by this program"
                + " [k, --quick]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up --bogus",
        "nonsense",
        "profile",
        "profile get ada",
        "profile why ada orders",
        "profile why user_id:ada",
        "predictions",
        "predictions show",
        "predictions rollback key",
        "validate",
        "plan",
        "replay",
        "replay f --connect http://127.0.0.1:1",
        "sql",
        "up --clock noon",
        "replay f --until tomorrow",
        "store",
        "log",
        "log skip --space shop --offset 7",
        "log skip --space shop --offset soon --reason stuck",
        "serve --kafka h:1 --replica --space s.yaml",
        "predictions",
        "predictions evaluate f --definition d --out o",
        "predictions evaluate f --definition d --out o --cutoffs soon"
      })
  void answersWrongUsageWithTwoAndNothingOnStdout(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isNotBlank();
  }

  @Test
  void rebuildsTheStore() {
    assertThat(run("store", "rebuild")).isZero();
    assertThat(out.toString()).startsWith("rebuilt: 3 records in ");
  }

  @Test
  void tellsAFailureInOneSentence() {
    assertThat(run("validate", "missing.yaml")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("missing.yaml: is not there\n");
  }

  @Test
  void listsTheProblemsOfASpaceAsOneDocument() {
    assertThat(run("validate", "bad.yaml", "--json")).isEqualTo(1);
    assertThat(out.toString().strip())
        .isEqualTo("{\"valid\":false,\"problems\":[\"bad.yaml:2:3: /name: is missing\"]}");
  }

  @Test
  void readsProfilesOfADirectoryThatNobodyHolds(@TempDir Path data) {
    assertThat(run("profile", "get", "user_id:ada", "--data", data.toString())).isZero();
    assertThat(out.toString()).isEqualTo("orders: 3\n");
  }

  @Test
  void saysWhenNobodyHasAnIdentifier(@TempDir Path data) {
    assertThat(run("profile", "get", "user_id:bob", "--data", data.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("profile user_id:bob: got none");
  }

  @Test
  void saysThatAMomentLiesBeforeTheFirstEvent(@TempDir Path data) {
    String[] line = {"profile", "get", "user_id:ada", "--as-of", "2025-01-01", "--data", "" + data};
    assertThat(run(line)).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "profile user_id:ada: had no event yet at 2025-01-01T00:00:00Z; its first is of"
                + " 2025-02-01T00:00:00.000Z\n");
  }

  @Test
  void saysWhenATraitCannotBeExplained(@TempDir Path data) {
    assertThat(run("profile", "why", "user_id:ada", "orders", "--data", data.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("trait orders of user_id:ada: got none");
  }

  @Test
  void saysThatStatusNeedsARunningInstance(@TempDir Path data) {
    assertThat(run("status", "--data", data.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("no instance runs on it");
  }

  @Test
  void printsTheSchemaOfSpaceFiles() {
    assertThat(run("validate", "--schema")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"$schema\"", "\"traits\"");
  }

  @Test
  void saysWhoHoldsTheDirectory(@TempDir Path data) {
    DataLock lock = DataLock.acquire(data, "up");
    try (lock) {
      assertThat(run("sql", "-e", "SELECT 1", "--data", data.toString())).isEqualTo(1);
    }
    assertThat(err.toString())
        .contains("is held by process " + ProcessHandle.current().pid() + " (up)");
  }

  @Test
  void passesSqlToTheBrokerItIsGiven() {
    assertThat(run("sql", "-e", "SELECT 1", "--bootstrap", "127.0.0.1:9092")).isEqualTo(7);
  }

  private int run(String... arguments) {
    return Commands.run(
        new Fake(), new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  /** Other modules as these tests need them. */
  private static final class Fake implements Modules {
    @Override
    public Parts parts() {
      throw new Failure("no instance in this test");
    }

    @Override
    public ProfileFolder openProfiles(Path data) {
      return new FakeProfiles();
    }

    @Override
    public int sql(
        KafkaConnection kafka, Optional<String> file, Optional<String> query, boolean json) {
      return kafka.bootstrap().equals("127.0.0.1:9092") && query.isPresent() ? 7 : 1;
    }

    @Override
    public void serve(
        KafkaConnection kafka,
        Path data,
        String bind,
        int port,
        List<Path> spaces,
        boolean replica,
        ServerNames names) {
      throw new Failure("no server in this test");
    }

    @Override
    public long rebuildStore(Path data, StoreRebuild.Progress progress) {
      progress.at(3, 3);
      return 3;
    }

    @Override
    public void submitJobs(URI jobManager, KafkaConnection kafka, URI checkpoints) {
      throw new Failure("no cluster in this test");
    }

    @Override
    public String shown(Path space, Problem problem) {
      return space + ": " + problem;
    }

    @Override
    public List<FileProblem> problems(Path space) {
      if (space.endsWith("missing.yaml")) {
        throw new Failure(space + ": is not there");
      }
      return List.of(
          new FileProblem("bad.yaml", 2, 3, "  nam: S", new Problem("/name", "is missing")));
    }

    @Override
    public JsonNode space(Path file) {
      throw new Failure(file + ": is not there");
    }

    @Override
    public PredictionDefinition prediction(Path file) {
      throw new Failure(file + ": is not there");
    }

    @Override
    public void writeDemo(Path space, Path events, Instant end) {
      throw new Failure("no demo in this test");
    }
  }

  private static final class FakeProfiles implements Modules.ProfileFolder {
    @Override
    public Optional<JsonNode> get(
        Optional<String> space, String identifier, Optional<String> asOf) {
      if (asOf.isPresent()) {
        return Optional.of(
            Answer.JSON.createObjectNode().put("first_event_at", "2025-02-01T00:00:00.000Z"));
      }
      return identifier.equals("user_id:ada")
          ? Optional.of(
              Answer.JSON
                  .createObjectNode()
                  .set("traits", Answer.JSON.createObjectNode().put("orders", 3)))
          : Optional.empty();
    }

    @Override
    public Optional<JsonNode> why(
        Optional<String> space, String identifier, String trait, Optional<String> asOf, int limit) {
      return Optional.empty();
    }

    @Override
    public void export(Optional<String> space, PrintWriter target) {
      target.print("{}\n");
    }

    @Override
    public void close() {}
  }
}
