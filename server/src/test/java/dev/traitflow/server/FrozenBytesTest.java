package dev.traitflow.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.log.LogToken;
import dev.traitflow.server.store.rows.FrozenRows;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What lies in the store stays readable: every form that bytes are stored in, against bytes that
 * were once written. Which form lies where is said by {@code docs/wire-formats.md}.
 */
class FrozenBytesTest {
  private static final String CHANGED =
      "the bytes of %s changed: stores written before can no longer be read;"
          + " add a version, never edit the fixture";

  private static final Properties STORED = stored();

  private static final List<Frozen> ALL =
      Stream.of(FrozenRows.ALL, List.of(token())).flatMap(List::stream).toList();

  @ParameterizedTest
  @MethodSource("written")
  void whatIsWrittenIsWhatWasWritten(Frozen form) {
    byte[] written = Objects.requireNonNull(form.written());
    assertThat(HexFormat.of().formatHex(written))
        .as(CHANGED, form)
        .isEqualTo(STORED.getProperty(form.name()));
  }

  @ParameterizedTest
  @MethodSource("read")
  void whatWasWrittenIsRead(Frozen form) {
    byte[] bytes = HexFormat.of().parseHex(STORED.getProperty(form.name(), ""));
    assertThat(Objects.requireNonNull(form.read()).apply(bytes))
        .as(CHANGED, form)
        .usingRecursiveComparison()
        .isEqualTo(form.sample());
  }

  /** A form that is no longer written is still read: its line and its sample stay. */
  @Test
  void allStoredBytesAreTriedAndEachNameOnce() {
    assertThat(ALL).extracting(Frozen::name).doesNotHaveDuplicates();
    assertThat(STORED.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(ALL.stream().map(Frozen::name).toList());
  }

  /** Callers keep it: what they got before an update counts after it. */
  private static Frozen token() {
    LogToken token = new LogToken(new TreeMap<>(Map.of(0, 4_711L, 3, 12L)));
    return new Frozen(
        "log-token.v1",
        token.text().getBytes(US_ASCII),
        bytes -> LogToken.parse(new String(bytes, US_ASCII)).orElse(null),
        token);
  }

  static Stream<Frozen> written() {
    return ALL.stream().filter(form -> form.written() != null);
  }

  static Stream<Frozen> read() {
    return ALL.stream().filter(form -> form.read() != null);
  }

  private static Properties stored() {
    Properties stored = new Properties();
    try (InputStream in = FrozenBytesTest.class.getResourceAsStream("frozen-bytes.properties")) {
      stored.load(Objects.requireNonNull(in, "frozen-bytes.properties"));
    } catch (IOException e) {
      throw new IllegalStateException("frozen bytes: cannot be read", e);
    }
    return stored;
  }
}
