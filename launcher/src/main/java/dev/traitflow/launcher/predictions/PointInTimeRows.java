package dev.traitflow.launcher.predictions;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.TrainingSetJob;
import dev.traitflow.jobs.training.SortedRows;
import dev.traitflow.jobs.training.TrainingSetRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of a space at some instants, made by a batch job; closing it deletes them. */
final class PointInTimeRows implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PointInTimeRows.class);

  private static final String SORTED = "sorted";

  private final Path directory;
  private final SortedRows rows;

  private PointInTimeRows(Path directory, SortedRows rows) {
    this.directory = directory;
    this.rows = rows;
  }

  /**
   * Makes rows.
   *
   * @param name of their directory; what lies there is deleted first
   * @param cutoffs instants to make rows at, epoch milliseconds
   * @param now only events before it exist
   * @param progress hears the share that is done; what it throws ends the job
   */
  static PointInTimeRows make(
      TrainingContext context,
      String name,
      SpaceDefinition space,
      SortedSet<Long> cutoffs,
      long now,
      DoubleConsumer progress)
      throws IOException, InterruptedException {
    Path directory = context.training().resolve(name);
    deleteTree(directory);
    Path made = directory.resolve("made");
    try {
      StreamExecutionEnvironment env = context.batches().environment(TrainingSetJob.NAME);
      TrainingSetJob.define(
          env,
          context.kafka(),
          new TrainingSetRequest(
              space.id(),
              space.json().toString(),
              cutoffs.stream().mapToLong(Long::longValue).toArray(),
              now),
          made.toUri().toString());
      LOG.info("rows of {} at {} instants", space.id(), cutoffs.size());
      context.batches().run(TrainingSetJob.NAME, env, progress);
      SortedRows rows = SortedRows.sort(made, directory.resolve(SORTED));
      deleteTree(made);
      return new PointInTimeRows(directory, rows);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      delete(directory);
      throw failure;
    }
  }

  /** Where they lie, and other files of what they are used for: deleted with them. */
  Path directory() {
    return directory;
  }

  /** Where the sorted rows lie. */
  Path sorted() {
    return directory.resolve(SORTED);
  }

  /** The rows. */
  SortedRows rows() {
    return rows;
  }

  @Override
  public void close() {
    delete(directory);
  }

  /** Deletes all rows below a directory: what an instance leaves behind that was killed. */
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

  private static void deleteTree(Path directory) throws IOException {
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
