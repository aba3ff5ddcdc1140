package dev.traitflow.predict.rows;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A bounded job that is yet to be run. */
public interface BatchJob {
  /** The name people see. */
  String name();

  /** Defines the operators; called once for each run, in an environment in batch mode. */
  void define(StreamExecutionEnvironment environment);
}
