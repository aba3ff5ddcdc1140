package dev.traitflow.launcher.runtime;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.JobID;

/**
 * What an {@link Instance} is assembled from beside broker and cluster: the jobs and the server.
 *
 * <p>An interface so that the order of start and stop is written, and tested, without them.
 */
public interface Parts {

  /** Submits the jobs to the context's cluster; they need not run yet when this returns. */
  List<JobID> startJobs(Instance.Context context);

  /** Starts the server; it serves when this returns. */
  Server startServer(Instance.Context context);

  /**
   * A source of a running server.
   *
   * @param space the id of its space
   * @param slug its slug
   */
  record Source(String space, String slug) {}

  /** A running server. */
  interface Server extends AutoCloseable {
    /** Base address, with the port that was given or picked. */
    URI url();

    /**
     * A source, to be named beside the administrator's token.
     *
     * @param slug its slug, or empty for the first source of the first space
     * @throws Failure if there is no such source
     */
    Source source(Optional<String> slug);

    /** Stops it within a few seconds; what it has accepted is in the log by then. */
    @Override
    void close();
  }
}
