package dev.traitflow.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.bench.job.PlayFiles;
import dev.traitflow.bench.job.ScriptSource;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.IOException;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/**
 * Flink SQL over the same files: the same source, the same decoding of events, and of their JSON
 * the fields the query names.
 */
final class SqlOpponent {
  /** What an analyst would write for lifetime values: one aggregation, one row a profile. */
  static final String LIFETIME =
      """
      SELECT
        profile,
        COUNT(*) FILTER (WHERE name = 'Product Viewed') AS seen,
        COUNT(*) FILTER (WHERE name = 'Order Completed') AS orders,
        SUM(revenue) FILTER (WHERE name = 'Order Completed') AS spent,
        AVG(revenue) FILTER (WHERE name = 'Order Completed') AS usual,
        MIN(revenue) FILTER (WHERE name = 'Order Completed') AS least,
        MAX(revenue) FILTER (WHERE name = 'Order Completed') AS most
      FROM events
      GROUP BY profile
      """;

  /** Sliding windows: a row an event, right at the instant of that event only. */
  static final String SLIDING =
      """
      SELECT
        profile,
        happened,
        COUNT(CASE WHEN name = 'Product Viewed' THEN 1 END) OVER w AS seen,
        COUNT(CASE WHEN name = 'Order Completed' THEN 1 END) OVER w AS orders,
        SUM(CASE WHEN name = 'Order Completed' THEN revenue END) OVER w AS spent
      FROM events
      WINDOW w AS (
        PARTITION BY profile ORDER BY happened
        RANGE BETWEEN INTERVAL '30' DAY PRECEDING AND CURRENT ROW)
      """;

  private static final TypeInformation<Row> ROWS =
      Types.ROW_NAMED(
          new String[] {"profile", "name", "at", "revenue"},
          Types.STRING,
          Types.STRING,
          Types.LONG,
          Types.DOUBLE);

  private SqlOpponent() {}

  /** Defines a query over a script, ready for a sink. */
  static DataStream<Row> define(
      StreamExecutionEnvironment environment, PlayFiles script, String query) {
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    tables.getConfig().set("table.local-time-zone", "UTC");
    tables.getConfig().set("table.exec.mini-batch.enabled", "true");
    tables.getConfig().set("table.exec.mini-batch.allow-latency", "500 ms");
    tables.getConfig().set("table.exec.mini-batch.size", "5000");
    DataStream<Row> rows =
        environment
            .fromSource(
                new ScriptSource<>(script),
                WatermarkStrategy.noWatermarks(),
                "play a script",
                CodecTypeInformation.profileMessages())
            .map(new ReadRow())
            .returns(ROWS);
    Schema schema =
        Schema.newBuilder()
            .column("profile", DataTypes.STRING())
            .column("name", DataTypes.STRING())
            .column("at", DataTypes.BIGINT())
            .column("revenue", DataTypes.DOUBLE())
            .columnByExpression("happened", "TO_TIMESTAMP_LTZ(`at`, 3)")
            .watermark("happened", "SOURCE_WATERMARK()")
            .build();
    tables.createTemporaryView("events", rows, schema);
    Table answer = tables.sqlQuery(query);
    return tables.toChangelogStream(answer);
  }

  /** Decodes an event and reads the one property the queries want. */
  static final class ReadRow extends RichMapFunction<ProfileMessage, Row> {
    private static final Set<String> WANTED = Set.of("revenue");
    private transient JsonFactory json;

    @Override
    public void open(OpenContext context) {
      json = new JsonFactory();
    }

    @Override
    public Row map(ProfileMessage message) throws IOException {
      Event event = ResolvedEvent.CODEC.decode(((EventMessage) message).resolved()).event();
      double revenue = 0;
      try (JsonParser parser = json.createParser(event.properties())) {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token == JsonToken.FIELD_NAME && WANTED.contains(parser.currentName())) {
            parser.nextToken();
            revenue = parser.getDoubleValue();
          }
        }
      }
      return Row.of(message.key(), event.name(), event.timestamp(), revenue);
    }
  }
}
