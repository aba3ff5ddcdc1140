package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.traitflow.core.space.KafkaConnection;
import org.junit.jupiter.api.Test;

final class SqlOptionsTest {
  @Test
  void refusesToRunNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlOptions.ofQuery(KafkaConnection.plain("127.0.0.1:9092"), " "))
        .withMessage("sql: got no file and no query (expected one of them)");
  }

  @Test
  void refusesToRunNowhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlOptions.ofFile(KafkaConnection.plain(""), "refunded_share"))
        .withMessage("Kafka: got no address (expected host:port)");
  }
}
