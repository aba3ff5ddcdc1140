package dev.traitflow.launcher.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.launcher.story.Story;
import dev.traitflow.launcher.story.TestInstance;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of a training: what its end means for the instance, and the other way round. */
class TrainerITCase {
  /** What must not be in the log of a process that was asked to end. */
  private static final Pattern ALARM = Pattern.compile(" WARN | ERROR |^\\tat |Exception");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int USERS = 400;
  private static final int DAYS = 60;

  /** No other story's prediction has it: the shared instance may be training those too. */
  private static final String KEY = "buys_in_time";

  private static final String MEMBERS =
      "{'predictions':[{'key':'" + KEY + "','kind':'purchase','window_days':15}]}";

  @Test
  void aKilledTrainerFailsTheTrainingWithASentenceAndTheNextTryWorks() throws Exception {
    Story story = shop(TestInstance.shared());
    ProcessHandle instance = ProcessHandle.of(story.instance().pid()).orElseThrow();

    CompletableFuture<JsonNode> training = train(story);
    trainer(instance).destroyForcibly();
    JsonNode failed = training.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertThat(failed.path("state").asText()).isEqualTo("Failed");
    assertThat(failed.path("code").asText()).isEqualTo("training_failed");
    assertThat(failed.path("message").asText())
        .isEqualTo(
            "training broke off: its process was killed (signal 9), by hand or because the machine"
                + " ran out of memory");
    JsonNode trained = train(story).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(trained.path("state").asText()).as(trained.toString()).isEqualTo("Live");
    story.flush();
    assertThat(story.traits("u0").path(KEY + "_probability").isNumber()).isTrue();
    assertThat(trainers(instance)).isEmpty();
    // Trained, loaded and scored: and the library that can take a process with it is not there.
    assertThat(Files.readString(Path.of("/proc/" + instance.pid() + "/maps")))
        .contains("librocksdb")
        .doesNotContain("xgboost");
    story.endPredictions();
  }

  @Test
  void theTrainerEndsWithTheInstanceHoweverThatEnds(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    TestInstance.shared().shareAdminToken(data);
    try (ProcessRunner process = start(folder, data)) {
      Story story = shop(instance(process, data));
      CompletableFuture<JsonNode> unusedBecauseItIsInterrupted = train(story);
      ProcessHandle trainer = trainer(process.handle());

      process.terminate();

      List<String> lines = process.awaitEnd(PATIENCE);
      assertThat(gone(trainer)).isTrue();
      List<String> last =
          lines.subList(lastWith(lines, "is trained by process " + trainer.pid()), lines.size());
      assertThat(last).noneMatch(line -> line.contains("CoordinatedShutdown"));
      assertThat(lines).noneMatch(ALARM.asPredicate());
      // Neither in what ended before: the first training was refused, for there was no event.
      assertThat(lines).anyMatch(line -> line.contains("INFO") && line.contains("unknown_event"));
    }
    // The command that trains without an instance ends as quietly.
    try (ProcessRunner process = ProcessRunner.start(folder, "train", "--data", data.toString())) {
      ProcessHandle trainer = trainer(process.handle());

      process.terminate();

      List<String> lines = process.awaitEnd(PATIENCE);
      assertThat(gone(trainer)).isTrue();
      assertThat(lines).anyMatch(line -> line.contains("is trained by process"));
      assertThat(lines).noneMatch(ALARM.asPredicate());
    }
    // What was interrupted is begun again, and a power cut ends it as well.
    try (ProcessRunner process = start(folder, data)) {
      ProcessHandle trainer = trainer(process.handle());

      process.kill();

      assertThat(gone(trainer)).isTrue();
    }
  }

  private static ProcessRunner start(Path folder, Path data) throws IOException {
    return ProcessRunner.start(
        folder, "up", "--test-mode", "--port", "0", "--data", data.toString());
  }

  private static TestInstance instance(ProcessRunner process, Path data) {
    String ready = process.awaitOut(line -> line.startsWith("ready "), PATIENCE);
    TestInstance instance =
        TestInstance.shared().other(ready.substring("ready ".length()).strip(), data, process);
    instance.moveTo(Instant.parse("2025-03-01T00:00:00Z"));
    return instance;
  }

  private static Story shop(TestInstance instance) {
    Story story = new Story(instance, MEMBERS);
    instance.moveTo(story.after(Duration.ofDays(DAYS)));
    new Buyers(story, USERS).live(0, DAYS);
    return story;
  }

  private static CompletableFuture<JsonNode> train(Story story) {
    return CompletableFuture.supplyAsync(
        () ->
            story
                .instance()
                .admin("POST", "/admin/train?space=" + story.space(), null)
                .expect(200)
                .path(0));
  }

  /** The trainer of an instance, as soon as there is one. */
  private static ProcessHandle trainer(ProcessHandle instance) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<ProcessHandle> found = trainers(instance).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      assertThat(System.nanoTime()).as("a trainer").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static Stream<ProcessHandle> trainers(ProcessHandle instance) {
    return instance.descendants().filter(TrainerITCase::isTrainer);
  }

  /** Its handle would not tell: it cuts long command lines. */
  private static boolean isTrainer(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
          .matches("(?s).*TrainerMain\0.*" + KEY + "\\.request\\.json.*");
    } catch (IOException ended) {
      return false;
    }
  }

  private static int lastWith(List<String> lines, String text) {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).contains(text))
        .max()
        .orElseThrow();
  }

  private static boolean gone(ProcessHandle process) throws Exception {
    return !process.isAlive()
        || !process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).isAlive();
  }
}
