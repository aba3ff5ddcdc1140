package dev.traitflow.predict.rows;

import dev.traitflow.jobs.training.SortedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of a space at some instants; closing it deletes them. */
public final class PointInTimeRows implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PointInTimeRows.class);

  static final String SORTED = "sorted";

  private final Path directory;
  private final SortedRows rows;

  PointInTimeRows(Path directory, SortedRows rows) {
    this.directory = directory;
    this.rows = rows;
  }

  /** Where they lie, and other files of what they are used for: deleted with them. */
  public Path directory() {
    return directory;
  }

  /** Where the sorted rows lie. */
  public Path sorted() {
    return directory.resolve(SORTED);
  }

  /** The rows. */
  public SortedRows rows() {
    return rows;
  }

  @Override
  public void close() {
    delete(directory);
  }

  /** Deletes all rows below a directory. */
  static void deleteAll(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> all = Files.list(directory)) {
      left = all.filter(Files::isDirectory).toList();
    } catch (IOException failure) {
      LOG.warn("{} cannot be cleared: {}", directory, failure.getMessage());
      return;
    }
    left.forEach(PointInTimeRows::delete);
  }

  /** Deletes a directory as far as that can be done. */
  static void delete(Path directory) {
    try {
      deleteTree(directory);
    } catch (IOException failure) {
      LOG.warn("{} stays: {}", directory, failure.getMessage());
    }
  }

  static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
