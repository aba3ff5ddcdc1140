package dev.traitflow.launcher.verify;

import java.nio.file.Files;
import java.nio.file.Path;

/** The space files that the repository ships. */
final class SpaceFiles {
  private SpaceFiles() {}

  /** The folder they lie in, wherever in the repository the tests run. */
  static Path folder() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("docker/spaces"))) {
        return folder.resolve("docker/spaces");
      }
    }
    throw new IllegalStateException("docker/spaces: is not above the working directory");
  }
}
