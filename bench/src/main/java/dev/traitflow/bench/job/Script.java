package dev.traitflow.bench.job;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.connector.source.ReaderOutput;

/**
 * What a source sends, subtask by subtask; see {@link ScriptSource}.
 *
 * @param <T> what it sends
 */
public interface Script<T> extends Serializable {

  /** Starts the part of one subtask, in the subtask's thread. */
  Player<T> open(int subtask, int subtasks) throws Exception;

  /**
   * One subtask's part, played a few messages at a time so that checkpoints come between.
   *
   * @param <T> what it sends
   */
  interface Player<T> extends AutoCloseable {
    /**
     * Sends some messages, or none.
     *
     * @return false if there is nothing to send for about a millisecond
     */
    boolean play(ReaderOutput<T> output) throws Exception;

    @Override
    default void close() throws IOException {}
  }
}
