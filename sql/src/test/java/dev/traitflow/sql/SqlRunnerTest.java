package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.space.KafkaConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** What needs no broker: queries that read no topic, and mistakes. */
final class SqlRunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void saysWhereTheSqlIsWrong() {
    assertThat(run("SELECT colour FROM traits")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("sql: ")
        .contains("line 1, column 8", "Column 'colour' not found")
        .hasLineCount(1);
    assertThat(out.size()).isZero();
  }

  @Test
  void saysWhatCannotBeParsed() {
    assertThat(run("SELECT profile FORM traits x")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("line 1, column").hasLineCount(1);
  }

  @Test
  void saysWhichColumnATopicDoesNotOffer() {
    assertThat(
            run(
                """
                CREATE TABLE mine (colour STRING) WITH (
                  'connector' = 'kafka', 'topic' = 'identifiers', 'format' = 'traitflow',
                  'properties.bootstrap.servers' = '${bootstrap}',
                  'scan.bounded.mode' = '${bounded}',
                  'traitflow.record' = 'identity-change');
                SELECT * FROM mine;
                """))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("column of identity-change: got colour (expected one of space, sequence, kind,")
        .hasLineCount(1);
  }

  @Test
  void saysThatNoBrokerAnswers() {
    assertThat(
            run(
                """
                CREATE TABLE mine (space STRING) WITH (
                  'connector' = 'kafka', 'topic' = 'identifiers', 'format' = 'traitflow',
                  'properties.bootstrap.servers' = '${bootstrap}',
                  'properties.default.api.timeout.ms' = '500',
                  'properties.request.timeout.ms' = '500',
                  'scan.startup.mode' = 'earliest-offset',
                  'scan.bounded.mode' = '${bounded}',
                  'traitflow.record' = 'identity-change');
                SELECT * FROM mine;
                """))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "sql: broker: got no answer from 127.0.0.1:1 (expected a running Traitflow)");
    assertThat(out.size()).isZero();
  }

  @Test
  void saysWhichFileIsMissing() {
    SqlOptions options =
        new SqlOptions(
            KafkaConnection.plain("127.0.0.1:1"), List.of("nowhere.sql"), "", "", false, false);
    assertThat(
            SqlRunner.run(
                options,
                StreamExecutionEnvironment::getExecutionEnvironment,
                print(out),
                print(err)))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("sql: file: got nowhere.sql (expected a path or one of ");
  }

  private int run(String query) {
    SqlOptions options =
        new SqlOptions(KafkaConnection.plain("127.0.0.1:1"), List.of(), query, "", true, false);
    return SqlRunner.run(
        options, StreamExecutionEnvironment::getExecutionEnvironment, print(out), print(err));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
