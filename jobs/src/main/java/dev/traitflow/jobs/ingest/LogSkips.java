package dev.traitflow.jobs.ingest;

import dev.traitflow.core.topic.SkippedRecord;
import java.io.Serializable;
import java.util.Collection;

/** The records of the log that an operator lets the job pass over. */
public interface LogSkips extends Serializable {
  /** All of them, as they are known when the log's source starts or starts again. */
  Collection<SkippedRecord> current() throws Exception;
}
