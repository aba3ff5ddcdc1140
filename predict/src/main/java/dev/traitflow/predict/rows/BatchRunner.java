package dev.traitflow.predict.rows;

import java.util.function.DoubleConsumer;

/**
 * Runs bounded jobs, on whatever cluster there is. What a job writes to files must be readable
 * here, so that a cluster on other machines needs a file system that both see.
 */
public interface BatchRunner {
  /**
   * Runs a job to its end. Interrupted, it cancels the job.
   *
   * @param progress hears again and again which share of the job is done, 0 to 1; what it throws
   *     ends the wait and cancels the job
   * @throws BatchFailedException if the job fails
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void run(BatchJob job, DoubleConsumer progress) throws InterruptedException;
}
