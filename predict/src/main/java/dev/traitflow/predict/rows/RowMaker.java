package dev.traitflow.predict.rows;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.TrainingSetJob;
import dev.traitflow.jobs.training.SortedRows;
import dev.traitflow.jobs.training.TrainingSetRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.function.DoubleConsumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the rows of a space by a batch job over its topics.
 *
 * @param batches runs the job
 * @param kafka where the topics are
 * @param directory where the rows lie meanwhile, each set in a directory of its own
 */
public record RowMaker(BatchRunner batches, KafkaConnection kafka, Path directory) {
  private static final Logger LOG = LoggerFactory.getLogger(RowMaker.class);

  /** The job of one request. */
  private record Job(KafkaConnection kafka, TrainingSetRequest request, String output)
      implements BatchJob {
    @Override
    public String name() {
      return TrainingSetJob.NAME;
    }

    @Override
    public void define(StreamExecutionEnvironment environment) {
      TrainingSetJob.define(environment, kafka, request, output);
    }
  }

  /**
   * Makes rows.
   *
   * @param name of their directory; what lies there is deleted first
   * @param cutoffs instants to make rows at, epoch milliseconds
   * @param now only events before it exist, epoch milliseconds
   * @param progress hears the share that is done, 0 to 1; what it throws ends the job
   * @throws IOException if the files cannot be written or read
   * @throws BatchFailedException if the job fails
   */
  public PointInTimeRows make(
      String name,
      SpaceDefinition space,
      SortedSet<Long> cutoffs,
      long now,
      DoubleConsumer progress)
      throws IOException, InterruptedException {
    Path place = directory.resolve(name);
    PointInTimeRows.deleteTree(place);
    Path made = place.resolve("made");
    try {
      TrainingSetRequest request =
          new TrainingSetRequest(
              space.id(),
              space.json().toString(),
              cutoffs.stream().mapToLong(Long::longValue).toArray(),
              now);
      LOG.info("rows of {} at {} instants", space.id(), cutoffs.size());
      batches.run(new Job(kafka, request, made.toUri().toString()), progress);
      SortedRows rows = SortedRows.sort(made, place.resolve(PointInTimeRows.SORTED));
      PointInTimeRows.deleteTree(made);
      return new PointInTimeRows(place, rows);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      PointInTimeRows.delete(place);
      throw failure;
    }
  }

  /** Deletes all rows: what an instance leaves behind that was killed. */
  public void deleteAll() {
    PointInTimeRows.deleteAll(directory);
  }
}
