package dev.traitflow.launcher.verify;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The product's classes as one file that JVMs map into memory (class data sharing), so that each of
 * the many processes of the tests starts with two thirds of the CPU. A first instance writes it. A
 * JVM with another class path ignores it.
 */
public final class ClassArchive {
  /** One for each JVM that runs tests. */
  private static final Path ARCHIVE =
      Path.of("target", "product-classes-" + ProcessHandle.current().pid() + ".jsa")
          .toAbsolutePath();

  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static @Nullable List<String> options;

  private ClassArchive() {}

  /** The class path of the product: that of the tests without their own classes. */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty() && !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Options of a JVM with {@link #classPath}; none if classes lie in folders, as in an IDE. */
  public static synchronized List<String> options() throws IOException {
    List<String> known = options;
    if (known == null) {
      boolean inJars =
          Arrays.stream(classPath().split(File.pathSeparator, -1))
              .noneMatch(entry -> Files.isDirectory(Path.of(entry)));
      known = inJars ? write() : List.of();
      options = known;
    }
    return known;
  }

  private static List<String> write() throws IOException {
    ARCHIVE.toFile().deleteOnExit();
    Path folder = Files.createTempDirectory("traitflow-classes");
    List<String> options = List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-Xlog:cds=off");
    List<String> up = List.of("up", "--port", "0", "--data", "data");
    try (ProcessRunner first = ProcessRunner.start(folder, options, up)) {
      first.awaitOut(line -> line.startsWith("ready "), TIMEOUT);
      first.terminate();
      List<String> unused = first.awaitEnd(TIMEOUT);
    }
    return Files.exists(ARCHIVE) ? List.of("-XX:SharedArchiveFile=" + ARCHIVE) : List.of();
  }
}
