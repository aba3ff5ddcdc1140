package dev.traitflow.launcher.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the compose file to what docker-compose itself accepts; no container is started. */
final class ComposeFileTest {
  private static final Path FILE = Path.of("..", "docker", "compose.yaml");
  private static final String COMMAND = "docker-compose";

  @Test
  void composeAcceptsTheFile() throws IOException, InterruptedException {
    assumeTrue(isInstalled(), COMMAND + " is not installed: the compose file is not checked");
    Process compose =
        new ProcessBuilder(COMMAND, "-f", FILE.toString(), "config")
            .redirectErrorStream(true)
            .start();
    String output = new String(compose.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compose.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(compose.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("kafka:", "jobmanager:", "taskmanager:", "server:", "flink-run", "serve");
  }

  private static boolean isInstalled() {
    String path = System.getenv("PATH");
    return path != null
        && Stream.of(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, COMMAND)));
  }
}
