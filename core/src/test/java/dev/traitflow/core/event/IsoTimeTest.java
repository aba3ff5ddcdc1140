package dev.traitflow.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2025-03-01T08:59:40.123Z, 2025-03-01T08:59:40.123Z",
    "2025-03-01T08:59:40Z, 2025-03-01T08:59:40.000Z",
    "2025-03-01T08:59Z, 2025-03-01T08:59:00.000Z",
    "2025-03-01T08:59:40+00:00, 2025-03-01T08:59:40.000Z",
    "2025-03-01T08:59:40.1+01:00, 2025-03-01T07:59:40.100Z",
    "2025-03-01T08:59:40.123456789-0530, 2025-03-01T14:29:40.123Z",
    "2025-03-01T08:59:40.999999999Z, 2025-03-01T08:59:40.999Z",
    "2025-03-01T08:59:40+02, 2025-03-01T06:59:40.000Z",
    "2025-03-01T08:59:40, 2025-03-01T08:59:40.000Z",
    "2025-03-01 08:59:40.5, 2025-03-01T08:59:40.500Z",
    "2025-03-01, 2025-03-01T00:00:00.000Z",
    "2024-02-29, 2024-02-29T00:00:00.000Z",
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
    "0000-01-01, 0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z"
  })
  void readsDatesAndTimesAndWritesThemInUtc(String text, String expected) {
    assertThat(IsoTime.format(IsoTime.parse(text))).isEqualTo(expected);
    assertThat(IsoTime.parse(text)).isEqualTo(Instant.parse(expected).toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "1740819580123",
        "2025",
        "2025-3-1",
        "2025-13-01",
        "2025-00-10",
        "2025-02-29",
        "2025-03-00",
        "2025-03-32",
        "2025-03-01T",
        "2025-03-01T08",
        "2025-03-01T0859",
        "2025-03-01T24:00:00Z",
        "2025-03-01T08:60:00Z",
        "2025-03-01T08:59:61Z",
        "2025-03-01T08:59:40.Z",
        "2025-03-01T08:59:40.1234567890Z",
        "2025-03-01T08:59:40Zz",
        "2025-03-01T08:59:40+1",
        "2025-03-01T08:59:40+1:00",
        "2025-03-01T08:59:40+24:00",
        "2025-03-01X08:59:40Z",
        " 2025-03-01",
        "2025-03-01 ",
        "+2025-03-01",
        "２０２５-03-01"
      })
  void takesAnythingElseAsAbsent(String text) {
    assertThat(IsoTime.parse(text)).isEqualTo(IsoTime.ABSENT);
  }

  @Test
  void takesNullAsAbsent() {
    assertThat(IsoTime.parse(null)).isEqualTo(IsoTime.ABSENT);
  }

  @Test
  void agreesWithTheJdkOnRandomInstants() {
    SplittableRandom random = new SplittableRandom(7);
    long least = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
    long greatest = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      long millis = random.nextLong(least, greatest + 1);
      String text = IsoTime.format(millis);
      assertThat(Instant.parse(text).toEpochMilli()).as(text).isEqualTo(millis);
      assertThat(IsoTime.parse(text)).as(text).isEqualTo(millis);
    }
  }

  @Test
  void writesYearsBeyondFourDigitsWithASign() {
    assertThat(IsoTime.format(Instant.parse("+12345-01-02T03:04:05Z").toEpochMilli()))
        .isEqualTo("+12345-01-02T03:04:05.000Z");
    assertThat(IsoTime.format(Long.MIN_VALUE)).startsWith("-");
  }
}
