package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.traitflow.core.space.KafkaConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SqlOptionsTest {
  @Test
  void refusesToRunNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(KafkaConnection.plain("127.0.0.1:9092"), List.of(), " "))
        .withMessage("sql: got no file and no query (expected one of them)");
  }

  @Test
  void refusesToRunNowhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(KafkaConnection.plain(""), List.of("refunded_share"), ""))
        .withMessage("Kafka: got no address (expected host:port)");
  }

  private static SqlOptions table(KafkaConnection kafka, List<String> files, String query) {
    return new SqlOptions(kafka, files, query, "", false, false);
  }
}
