package dev.traitflow.sql;

import java.util.List;

/**
 * What {@link SqlRunner} is to run.
 *
 * @param bootstrapServers Kafka's addresses, such as {@code 127.0.0.1:9092}
 * @param files files to run, in order: paths, or bare names of the files that come with Traitflow,
 *     such as {@code days_since_last_order}
 * @param query statements to run after the files, or empty
 * @param space id of the only space to show in the views, or empty for all
 * @param json true to print JSON instead of a table
 * @param streaming true to go on as records arrive instead of ending with what is there now; such a
 *     run ends with its process, or with the first row that the closed output does not take
 */
public record SqlOptions(
    String bootstrapServers,
    List<String> files,
    String query,
    String space,
    boolean json,
    boolean streaming) {

  public SqlOptions {
    files = List.copyOf(files);
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers: got none (expected host:port)");
    }
    if (files.isEmpty() && query.isBlank()) {
      throw new IllegalArgumentException("sql: got no file and no query (expected one of them)");
    }
  }

  /** Runs one file over every space and prints a table. */
  public static SqlOptions ofFile(String bootstrapServers, String file) {
    return new SqlOptions(bootstrapServers, List.of(file), "", "", false, false);
  }

  /** Runs statements over every space and prints a table. */
  public static SqlOptions ofQuery(String bootstrapServers, String query) {
    return new SqlOptions(bootstrapServers, List.of(), query, "", false, false);
  }
}
