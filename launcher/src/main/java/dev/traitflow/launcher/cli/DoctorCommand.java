package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.InstanceFile;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks the machine and the data directory. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks the machine and the data directory; exits with 1 if something is wrong.")
final class DoctorCommand implements Callable<Integer> {
  private static final int JAVA_MIN = 17;
  private static final long MEMORY_BYTES_MIN = 3L << 30;
  private static final long DISK_BYTES_MIN = 2L << 30;
  private static final double GIBIBYTE = 1L << 30;

  @Mixin private Console console = new Console();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  @Option(
      names = "--jobmanager",
      paramLabel = "URL",
      description = {
        "Flink's REST address where the jobs run on a cluster: checks that it answers only a client"
            + " with a certificate."
      })
  private @Nullable URI jobManager;

  /** One thing that was looked at. */
  private record Finding(String name, boolean good, String text) {}

  @Override
  public Integer call() {
    List<Finding> findings =
        new ArrayList<>(List.of(java(), maven(), memory(), disk(), writable(), holder()));
    if (jobManager != null) {
      findings.add(jobManager(jobManager));
    }
    if (console.json) {
      ArrayNode document = Answer.JSON.createArrayNode();
      for (Finding finding : findings) {
        ObjectNode entry = document.addObject();
        entry.put("name", finding.name());
        entry.put("ok", finding.good());
        entry.put("text", finding.text());
      }
      Answer.print(document, console.out());
    } else {
      for (Finding finding : findings) {
        console
            .out()
            .printf(
                "%-4s %-9s %s%n", finding.good() ? "ok" : "BAD", finding.name(), finding.text());
      }
      console.out().flush();
    }
    return findings.stream().allMatch(Finding::good) ? 0 : 1;
  }

  private static Finding java() {
    int feature = Runtime.version().feature();
    return new Finding(
        "java",
        feature >= JAVA_MIN,
        Runtime.version() + " in " + System.getProperty("java.home") + " (expected 17 or later)");
  }

  private static Finding maven() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path maven = Path.of(folder, "mvn");
      if (Files.isExecutable(maven)) {
        return new Finding("maven", true, maven.toString());
      }
    }
    return new Finding("maven", false, "got no mvn on the PATH (expected 3.8 or later)");
  }

  private static Finding memory() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    long bytes =
        system instanceof com.sun.management.OperatingSystemMXBean sized
            ? sized.getTotalMemorySize()
            : 0;
    return new Finding(
        "memory",
        bytes >= MEMORY_BYTES_MIN,
        String.format(
            "%.1f GiB, %d processors (expected 3 GiB or more)",
            bytes / GIBIBYTE, Runtime.getRuntime().availableProcessors()));
  }

  private Finding disk() {
    Path existing = nearestExisting();
    try {
      long bytes = Files.getFileStore(existing).getUsableSpace();
      return new Finding(
          "disk",
          bytes >= DISK_BYTES_MIN,
          String.format(
              "%.1f GiB free at %s (expected 2 GiB or more)", bytes / GIBIBYTE, existing));
    } catch (IOException e) {
      return new Finding("disk", false, existing + ": cannot be measured: " + e.getMessage());
    }
  }

  private Finding writable() {
    Path existing = nearestExisting();
    return new Finding(
        "data", Files.isWritable(existing), data.toAbsolutePath() + " (expected writable)");
  }

  private Finding holder() {
    Optional<InstanceFile> running = InstanceFile.running(data);
    String text =
        running
            .map(file -> "process " + file.pid() + " serves it at " + file.url())
            .orElse(DataLock.isHeld(data) ? "a process holds it" : "no process holds it");
    return new Finding("instance", true, text);
  }

  private static Finding jobManager(URI address) {
    JobManagerProbe.Outcome outcome = JobManagerProbe.ask(address);
    return new Finding("flink", outcome.refused(), outcome.text());
  }

  private Path nearestExisting() {
    List<Path> upwards = new ArrayList<>();
    for (Path at = data.toAbsolutePath(); at != null; at = at.getParent()) {
      upwards.add(at);
    }
    return upwards.stream().filter(Files::exists).findFirst().orElse(data.toAbsolutePath());
  }
}
