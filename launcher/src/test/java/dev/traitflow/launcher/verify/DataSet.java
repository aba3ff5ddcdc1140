package dev.traitflow.launcher.verify;

import dev.traitflow.core.space.SampleEvents;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of tracking calls and the space it is for.
 *
 * @param calls NDJSON, plain or compressed
 * @param space the space file
 */
record DataSet(Path calls, Path space) {
  private static final String DATA_VARIABLE = "TRAITFLOW_DATA";
  private static final long END = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();

  /**
   * Real data, {@code NAME.ndjson.gz} in the folder that the environment's {@code TRAITFLOW_DATA}
   * names, with the space of that name; generated people where there is none, and a line that says
   * so.
   *
   * @param people how many to generate in its place
   */
  static DataSet real(String name, Path folder, int people) throws IOException {
    @Nullable String data = System.getenv(DATA_VARIABLE);
    if (data == null || data.isEmpty()) {
      System.out.printf(
          "%s is not set: %d generated people stand in for %s%n", DATA_VARIABLE, people, name);
      return generated(folder, name.hashCode(), people);
    }
    return new DataSet(
        Path.of(data, name + ".ndjson.gz"), SpaceFiles.folder().resolve(name + ".yaml"));
  }

  /** The calls of generated people, written into {@code folder}, with the shop's space. */
  static DataSet generated(Path folder, long seed, int people) throws IOException {
    Path calls = folder.resolve("generated-" + seed + ".ndjson");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(calls))) {
      new SampleEvents(seed, END, people).writeTo(out);
    }
    return new DataSet(calls, SpaceFiles.folder().resolve("shop.yaml"));
  }
}
