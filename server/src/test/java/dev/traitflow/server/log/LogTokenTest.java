package dev.traitflow.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogTokenTest {
  @Test
  void roundTripsAsOneWordOfSafeCharacters() {
    LogToken token = new LogToken(new TreeMap<>(Map.of(0, 0L, 7, Long.MAX_VALUE)));

    assertThat(token.text()).matches("[A-Za-z0-9_-]+");
    assertThat(LogToken.parse(token.text())).contains(token);
    assertThat(LogToken.of(1, 42).offset(1)).hasValue(42);
    assertThat(LogToken.of(1, 42).offset(0)).isEmpty();
  }

  @Test
  void isEmptyForAnythingElse() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      LogToken.parse(text).ifPresent(token -> assertThat(token.text()).isEqualTo(text));
    }
    for (String text : new String[] {"", "AQ", "AQ==", "AAAA", "AQED", "%", "x".repeat(9_000)}) {
      assertThat(LogToken.parse(text)).as(text).isEmpty();
    }
    String valid = LogToken.of(3, 1_000_000).text();
    for (int cut = 0; cut < valid.length(); cut++) {
      assertThat(LogToken.parse(valid.substring(0, cut))).isEmpty();
    }
  }

  @Test
  void refusesPlacesThatDoNotExist() {
    assertThatThrownBy(() -> LogToken.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LogToken.of(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
