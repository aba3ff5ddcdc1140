package dev.traitflow.sql;

import dev.traitflow.core.space.KafkaConnection;
import java.util.List;

/**
 * What {@link SqlRunner} is to run.
 *
 * @param kafka where the topics are
 * @param files files to run, in order: paths, or bare names of the files that come with Traitflow,
 *     such as {@code days_since_last_order}
 * @param query statements to run after the files, or empty
 * @param space id of the only space to show in the views, or empty for all
 * @param json true to print JSON instead of a table
 * @param streaming true to go on as records arrive instead of ending with what is there now; such a
 *     run ends with its process, or with the first row that the closed output does not take
 */
public record SqlOptions(
    KafkaConnection kafka,
    List<String> files,
    String query,
    String space,
    boolean json,
    boolean streaming) {

  public SqlOptions {
    files = List.copyOf(files);
    if (files.isEmpty() && query.isBlank()) {
      throw new IllegalArgumentException("sql: got no file and no query (expected one of them)");
    }
  }
}
