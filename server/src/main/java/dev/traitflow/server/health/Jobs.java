package dev.traitflow.server.health;

import java.util.List;

/** The jobs of the pipeline, seen from where the server runs. */
public interface Jobs {
  /** A server that cannot see the jobs: they run on a cluster of their own. */
  Jobs NOT_OBSERVED =
      new Jobs() {
        @Override
        public boolean areObserved() {
          return false;
        }

        @Override
        public List<JobHealth> all() {
          return List.of();
        }
      };

  /** Whether {@link #all} can know anything. */
  default boolean areObserved() {
    return true;
  }

  /** How each job stands now. Must be cheap to call every second from many threads. */
  List<JobHealth> all();
}
