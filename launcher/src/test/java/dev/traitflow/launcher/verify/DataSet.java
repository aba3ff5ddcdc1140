package dev.traitflow.launcher.verify;

import dev.traitflow.core.sample.SampleEvents;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of tracking calls and the space it is for.
 *
 * @param calls NDJSON, plain or compressed
 * @param space the space file
 */
record DataSet(Path calls, Path space) {
  private static final int USERS_PER_KEPT = 4;
  private static final Pattern USER = Pattern.compile("\"userId\":\\s*\"([^\"]*)\"");
  private static final String DATA_VARIABLE = "TRAITFLOW_DATA";
  private static final long END = Instant.parse("2025-07-01T00:00:00Z").toEpochMilli();

  /**
   * Real data, {@code NAME.ndjson.gz} in the folder that the environment's {@code TRAITFLOW_DATA}
   * names, with the space of that name: some of its users, all of them in the long form of the
   * tests. Generated people where there is none, and a line that says so.
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
    Path whole = Path.of(data, name + ".ndjson.gz");
    Path calls = Boolean.getBoolean("traitflow.test.all") ? whole : someUsers(whole, name, folder);
    return new DataSet(calls, SpaceFiles.folder().resolve(name + ".yaml"));
  }

  /** The calls of one user in {@link #USERS_PER_KEPT}, whole histories in the order of the file. */
  private static Path someUsers(Path whole, String name, Path folder) throws IOException {
    System.out.printf("short form: one in %d of the users of %s%n", USERS_PER_KEPT, name);
    Path some = folder.resolve(name + "-some.ndjson");
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(whole)), StandardCharsets.UTF_8));
        BufferedWriter kept = Files.newBufferedWriter(some)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher user = USER.matcher(line);
        if (user.find() && Math.floorMod(user.group(1).hashCode(), USERS_PER_KEPT) == 0) {
          kept.write(line + "\n");
        }
      }
    }
    return some;
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
