package dev.traitflow.ml.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a bundle in memory, so that a bundle can lie in whatever keeps bytes under names. A
 * few megabytes: trees of numbers, and 20,001 scores of a population.
 *
 * @param files contents by name
 */
public record BundleFiles(Map<String, byte[]> files) {
  /** The file that is written last: without it a bundle is a draft that nobody reads. */
  public static final String CARD = "card.json";

  public BundleFiles {
    files = Map.copyOf(files);
  }

  /**
   * Reads those of a directory.
   *
   * @throws IOException if it is none or cannot be read
   */
  public static BundleFiles read(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    return new BundleFiles(files);
  }

  /** Writes them into a directory, which is made if it is missing. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  /** True if there is a file of that name. */
  public boolean has(String name) {
    return files.containsKey(name);
  }

  /**
   * The content of a file.
   *
   * @throws IOException if there is none of that name
   */
  public byte[] get(String name) throws IOException {
    byte[] content = files.get(name);
    if (content == null) {
      throw new IOException(name + ": is missing in the bundle (got " + files.keySet() + ")");
    }
    return content;
  }
}
