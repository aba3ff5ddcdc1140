package dev.traitflow.sql;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.SqlParserException;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Runs Flink SQL over the topics of a running instance and prints the rows.
 *
 * <p>Each run is a Flink job that reads the topics from their beginning: it neither asks nor slows
 * the jobs that write them.
 */
public final class SqlRunner {
  private final SqlOptions options;
  private final Function<Configuration, StreamExecutionEnvironment> flink;
  private final PrintStream out;
  private final PrintStream err;

  private SqlRunner(
      SqlOptions options,
      Function<Configuration, StreamExecutionEnvironment> flink,
      PrintStream out,
      PrintStream err) {
    this.options = options;
    this.flink = flink;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the options' files and query in order and prints each result to {@code out}.
   *
   * @param flink an environment whose jobs run with these settings; asked for once the statements
   *     have been read
   * @return 0, or 1 if something failed, which is then said on {@code err} in a sentence
   */
  public static int run(
      SqlOptions options,
      Function<Configuration, StreamExecutionEnvironment> flink,
      PrintStream out,
      PrintStream err) {
    return new SqlRunner(options, flink, out, err).run();
  }

  private int run() {
    try {
      List<String> statements = statements();
      TableEnvironment tables = environment();
      for (String file : SqlFiles.TABLES) {
        for (String statement : SqlScript.statements(fill(SqlFiles.read(file)))) {
          tables.executeSql(statement).await();
        }
      }
      ResultPrinter printer = printer();
      for (String statement : statements) {
        run(tables, statement, printer);
      }
      printer.end();
      return 0;
    } catch (Exception e) { // The edge of the process: whatever a query throws is said here.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      err.println("sql: " + sentence(e));
      return 1;
    }
  }

  private List<String> statements() throws IOException {
    List<String> statements = new ArrayList<>();
    for (String file : options.files()) {
      statements.addAll(SqlScript.statements(fill(SqlFiles.find(file))));
    }
    statements.addAll(SqlScript.statements(fill(options.query())));
    return statements;
  }

  private String fill(String text) {
    String connected =
        text.replace("${kafka}", SqlScript.options("properties.", options.kafka().properties()));
    return SqlScript.fill(
        connected,
        Map.of(
            "bootstrap", options.kafka().bootstrap(),
            "bounded", options.streaming() ? "unbounded" : "latest-offset",
            "space", options.space()));
  }

  private TableEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    EnvironmentSettings.Builder settings =
        EnvironmentSettings.newInstance().withConfiguration(configuration);
    return StreamTableEnvironment.create(
        flink.apply(configuration),
        options.streaming() ? settings.inStreamingMode().build() : settings.inBatchMode().build());
  }

  private ResultPrinter printer() throws IOException {
    return options.json()
        ? new JsonPrinter(out, options.streaming())
        : new TablePrinter(out, options.streaming());
  }

  @SuppressWarnings("try") // An interrupt while closing ends the run like any other.
  private static void run(TableEnvironment tables, String statement, ResultPrinter printer)
      throws Exception {
    TableResult result = tables.executeSql(statement);
    if (result.getResultKind() != ResultKind.SUCCESS_WITH_CONTENT) {
      result.await();
      return;
    }
    try (CloseableIterator<Row> rows = result.collect()) {
      printer.print(result.getResolvedSchema(), rows);
    }
  }

  /**
   * The innermost message that a user can act on: of what is wrong with the SQL the one that names
   * the place, else the root cause.
   */
  private String sentence(Throwable failure) {
    String message = "";
    boolean ofSql = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return "broker: got no answer from %s (expected a running Traitflow)"
            .formatted(options.kafka().bootstrap());
      }
      boolean isSql =
          cause instanceof ValidationException
              || cause instanceof SqlParserException
              || cause instanceof TableException;
      String text = cause.getMessage() == null ? "" : cause.getMessage().strip();
      if (!text.isEmpty() && (isSql || !ofSql)) {
        message = text;
        ofSql |= isSql;
      }
    }
    return message.isEmpty() ? failure.toString() : message.lines().findFirst().orElse(message);
  }
}
