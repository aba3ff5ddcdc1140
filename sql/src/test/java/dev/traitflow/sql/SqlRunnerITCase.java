package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.space.KafkaConnection;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every SQL file over the shop of {@link ShopTopics}, against results computed by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SqlRunnerITCase {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private TestBroker broker;

  @BeforeAll
  void startBroker(@TempDir Path directory) throws Exception {
    broker = TestBroker.start(directory);
    ShopTopics.fill(broker);
  }

  @AfterAll
  void stopBroker() {
    broker.close();
  }

  @Test
  void countsDaysSinceTheLastOrder() throws Exception {
    assertThat(rows("days_since_last_order"))
        .containsExactlyInAnyOrder("[\"spa_shop\",\"ada\",9]", "[\"spa_shop\",\"bob\",0]");
  }

  @Test
  void countsARefundOncePerOrder() throws Exception {
    assertThat(rows("traits/refunded_share"))
        .containsExactlyInAnyOrder(
            "[\"spa_shop\",\"ada\",0.3333,3,1]", "[\"spa_shop\",\"bob\",0.0000,2,0]");
  }

  @Test
  void takesTheTopCategoryOfTheWindow() throws Exception {
    assertThat(rows("top_category_90_days.sql"))
        .containsExactlyInAnyOrder(
            "[\"spa_shop\",\"ada\",\"books\",40.5000]", "[\"spa_shop\",\"bob\",\"games\",5.0000]");
  }

  @Test
  void tellsNewFromReturningBuyers() throws Exception {
    assertThat(rows("traits/../reports/revenue_by_month.sql"))
        .containsExactly(
            "[\"spa_shop\",\"2025-01\",\"USD\",1,100.0000,1,0,100.0000,0.0000]",
            "[\"spa_shop\",\"2025-05\",\"EUR\",1,5.0000,1,0,5.0000,0.0000]",
            "[\"spa_shop\",\"2025-05\",\"USD\",1,30.0000,0,1,0.0000,30.0000]",
            "[\"spa_shop\",\"2025-06\",\"EUR\",1,20.0000,0,1,0.0000,20.0000]",
            "[\"spa_shop\",\"2025-06\",\"USD\",1,45.5000,0,1,0.0000,45.5000]");
  }

  @Test
  void countsIdentifiersAcrossMerges() throws Exception {
    assertThat(rows("reports/identifiers_per_profile.sql"))
        .containsExactly(
            "[\"spa_shop\",\"users\",1,1,0]",
            "[\"spa_shop\",\"users\",2,1,0]",
            "[\"spa_shop\",\"users\",3,1,1]");
  }

  @Test
  void showsTheNewestTraitsOfLivingProfiles() throws Exception {
    assertThat(query("SELECT profile, trait, trait_class, json FROM traits"))
        .containsExactlyInAnyOrder(
            "[\"ada\",\"orders\",\"computed\",\"3\"]",
            "[\"bob\",\"email\",\"custom\",\"\\\"bob@example.com\\\"\"]",
            "[\"cyd\",\"churn\",\"prediction\",\"0.25\"]");
  }

  @Test
  void runsSeveralQueriesIntoOneDocument() throws Exception {
    assertThat(
            query(
                """
                SELECT reason, source, sample FROM rejected; -- one; question
                SELECT COUNT(*) FROM events WHERE space = 'spa_shop';
                SELECT identifiers, ts
                FROM events WHERE message_id = 'm-o2';
                """))
        .containsExactly(
            "[\"no_user_anon_id\",\"web\",\"{\\\"type\\\":\\\"track\\\"}\"]",
            "[9]",
            "[[{\"collection\":\"users\",\"type\":\"user_id\",\"identifier\":\"phone\"}],"
                + "\"2025-05-01T10:00:00Z\"]");
  }

  @Test
  void showsOneSpaceOnly() throws Exception {
    assertThat(rows(options(List.of(), "SELECT COUNT(*) FROM events", "spa_other")))
        .containsExactly("[0]");
  }

  @Test
  void printsAnAlignedTable() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String query = "SELECT profile, json, version FROM traits WHERE trait = 'orders'";
    int code =
        SqlRunner.run(
            new SqlOptions(
                KafkaConnection.plain(broker.bootstrapServers()),
                List.of(),
                query,
                "",
                false,
                false),
            StreamExecutionEnvironment::getExecutionEnvironment,
            print(out),
            print(out));

    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            """
            profile  json  version
            -------  ----  -------
            ada      3           1
            1 row
            """);
  }

  @Test
  void followsTheTopicsUntilNobodyReads() throws Exception {
    String query = "SELECT COUNT(*) AS n FROM events WHERE space = 'spa_live'";
    SqlOptions options =
        new SqlOptions(
            KafkaConnection.plain(broker.bootstrapServers()), List.of(), query, "", true, true);
    PipedInputStream read = new PipedInputStream();
    PrintStream out = new PrintStream(new PipedOutputStream(read), true, StandardCharsets.UTF_8);
    FutureTask<Integer> run =
        new FutureTask<>(
            () ->
                SqlRunner.run(
                    options, StreamExecutionEnvironment::getExecutionEnvironment, out, System.err));
    new Thread(run, "streaming query").start();
    ShopTopics.view(broker, "spa_live", "m-1");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(read, StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("{\"op\":\"+I\",\"row\":{\"n\":1}}");
    }
    ShopTopics.view(broker, "spa_live", "m-2");

    assertThat(run.get()).isZero();
  }

  private List<String> rows(String file) throws Exception {
    return rows(options(List.of(file), "", ""));
  }

  private List<String> query(String query) throws Exception {
    return rows(options(List.of(), query, ""));
  }

  private SqlOptions options(List<String> files, String query, String space) {
    return new SqlOptions(
        KafkaConnection.plain(broker.bootstrapServers()), files, query, space, true, false);
  }

  /** The rows of every result, each as a JSON array of its values. */
  private static List<String> rows(SqlOptions options) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        SqlRunner.run(
            options, StreamExecutionEnvironment::getExecutionEnvironment, print(out), print(err));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isZero();
    String text = out.toString(StandardCharsets.UTF_8);
    List<String> rows = new ArrayList<>();
    for (JsonNode result : JSON.readTree(text).path("results")) {
      for (JsonNode row : result.path("rows")) {
        List<String> values = new ArrayList<>();
        row.forEach(value -> values.add(value.toString()));
        rows.add("[" + String.join(",", values) + "]");
      }
    }
    return rows;
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
