package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunnerTest {
  @Test
  void saysHowAProcessEndedAndItsLastWords(@TempDir Path folder) throws Exception {
    try (ProcessRunner process = ProcessRunner.start(folder, "validate", "nowhere.yaml")) {
      assertThat(process.awaitErr(line -> line.contains("nowhere.yaml"), Duration.ofMinutes(2)))
          .isPresent();
      while (process.ending().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(process.ending().orElseThrow())
          .startsWith("validate: ended with exit code 1; its last words:")
          .contains("nowhere.yaml");
    }
  }
}
