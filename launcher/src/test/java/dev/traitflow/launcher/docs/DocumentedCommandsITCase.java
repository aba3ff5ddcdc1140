package dev.traitflow.launcher.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.launcher.verify.ClassArchive;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command line of README and docs runs as it stands there, one document after the other, in a
 * folder that looks like a checkout and on a running instance of the shop. {@code ./traitflow up}
 * applies its space files to that instance, since one runs already.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedCommandsITCase {
  private static final Path ROOT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent(), "the repository");
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final long SCRIPT_MINUTES_MAX = 10;
  private static final String ADDRESS = "http://127.0.0.1:8080";

  private Path checkout = Path.of("");

  private @Nullable ProcessRunner instance;
  private String url = "";

  static Stream<String> documents() {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
          Stream.of("README.md"),
          docs.map(path -> "docs/" + path.getFileName())
              .filter(name -> name.endsWith(".md"))
              .sorted())
          .filter(name -> !script(name).isEmpty())
          .toList()
          .stream(); // before the listing of the folder is closed
    } catch (IOException e) {
      throw new UncheckedIOException("docs: cannot be listed", e);
    }
  }

  private static DocumentScript script(String document) {
    try {
      return DocumentScript.of(ROOT.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(document + ": cannot be read", e);
    }
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    checkout = folder;
    for (String name : List.of("docker", "sql", "docs")) {
      Files.createSymbolicLink(checkout.resolve(name), ROOT.resolve(name));
    }
    Files.createDirectory(checkout.resolve("logs"));
    ProcessRunner started =
        ProcessRunner.start(
            checkout.resolve("logs"),
            "up",
            "--port",
            "0",
            "--data",
            checkout.resolve("data").toString(),
            "--space",
            ROOT.resolve("docker/spaces/shop.yaml").toString());
    instance = started;
    url =
        started
            .awaitOut(line -> line.startsWith("ready "), START_TIMEOUT)
            .substring("ready ".length())
            .strip();
    Path launcher = checkout.resolve("traitflow");
    Files.writeString(
        launcher,
        """
        #!/bin/bash
        # Stands in for ./traitflow: the same program, and an instance that runs already.
        run() { exec %s -Xmx1g -XX:TieredStopAtLevel=1 %s -Dfile.encoding=UTF-8 \\
          -Djava.util.logging.manager=org.apache.logging.log4j.jul.LogManager \\
          -cp '%s' dev.traitflow.launcher.Main "$@"; }
        if [ "$1" = up ]; then
          shift
          while [ $# -gt 0 ]; do
            if [ "$1" = --space ]; then (run apply "$2" --yes) || exit 1; shift; fi
            shift
          done
          echo 'ready %s'
          exit 0
        fi
        run "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                String.join(" ", ClassArchive.options()),
                ClassArchive.classPath(),
                url));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @AfterAll
  void stop() {
    if (instance != null) {
      instance.close();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandOfADocumentDoesWhatItSays(String document) throws Exception {
    DocumentScript script = script(document);
    script.skipped().forEach(block -> System.out.println(document + " " + block));
    Path file = checkout.resolve("logs").resolve(document.replace('/', '-') + ".sh");
    Files.writeString(file, String.join("\n", script.commands()).replace(ADDRESS, url) + "\n");
    Path output = Path.of(file + ".log");
    Process process =
        new ProcessBuilder("bash", file.toString())
            .directory(checkout.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(SCRIPT_MINUTES_MAX, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(ended).as("%s ends in time; it said:%n%s", document, said).isTrue();
    assertThat(process.exitValue()).as("%s; it said:%n%s", document, said).isZero();
  }

  @Test
  void everyBlockThatIsNotRunSaysWhy() {
    documents()
        .flatMap(document -> script(document).skipped().stream())
        .forEach(block -> assertThat(block).matches("line \\d+: (sh|bash) not run here: .{10,}"));
  }
}
