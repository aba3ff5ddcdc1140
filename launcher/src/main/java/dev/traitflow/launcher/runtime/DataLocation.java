package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a data directory was used before, kept in {@code DIR/location}: the metadata of checkpoints
 * names files by absolute path, so that a directory that was moved cannot be resumed.
 */
final class DataLocation {
  private static final String FILE = "location";

  private DataLocation() {}

  /**
   * Notes where the directory is.
   *
   * @param data absolute
   * @throws Failure if it was used at another place, and has checkpoints of that time
   */
  static void keep(Path data) {
    Path file = data.resolve(FILE);
    try {
      if (Files.exists(file)) {
        Path before = Path.of(Files.readString(file, StandardCharsets.UTF_8).strip());
        if (!isSame(before, data) && EmbeddedFlink.hasCheckpoints(data)) {
          throw new Failure(
              "data directory "
                  + data
                  + ": was moved here from "
                  + before
                  + " (expected it where its checkpoints were made, for they name their files by"
                  + " absolute path; move it back, or make "
                  + before
                  + " a symbolic link to it and start with --data "
                  + before
                  + ")");
        }
      }
      Files.writeString(file, data + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Failure(file + ": cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whether both are one directory, by whatever links. */
  private static boolean isSame(Path before, Path data) throws IOException {
    return before.equals(data) || (Files.exists(before) && Files.isSameFile(before, data));
  }
}
