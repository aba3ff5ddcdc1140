package dev.traitflow.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
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
        "2025-03-01T0859",
        "2025-03-01T08:60:00Z",
        "2025-03-01T08:59:61Z",
        "2025-03-01T08:59:40.Z",
        "2025-03-01T08:59:40Zz",
        "2025-03-01T08:59:40+1",
        "2025-03-01T08:59:40+1:00",
        "2025-03-01T08:59:40+24:00",
        "2025-03-01X08:59:40Z",
        " 2025-03-01",
        "2025-03-01 ",
        "+2025-03-01",
        "2025-03-01T24:00:01Z",
        "2025-03-01T24:30Z",
        "2025-03-01T25:00:00Z",
        "20250301T08:59:40Z",
        "2025-03-01T08:5940Z",
        "20250229",
        "2025-366",
        "2025-000",
        "2025W011T",
        "2025-W53-1",
        "2025-W10-0",
        "2025-W10-8",
        "2025-W10",
        "2025-03",
        "2025-03-01T08:59:40,Z",
        "+1234567-01-01",
        "-20250301",
        "P1D",
        "2025-03-01T08:59:40Z/2025-03-02T08:59:40Z",
        "２０２５-03-01"
      })
  void takesAnythingElseAsAbsent(String text) {
    assertThat(IsoTime.parse(text)).isEqualTo(IsoTime.ABSENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20250301T085940Z | 2025-03-01T08:59:40.000Z",
        "20250301T085940.5+0100 | 2025-03-01T07:59:40.500Z",
        "20250301T0859Z | 2025-03-01T08:59:00.000Z",
        "20250301T08-05 | 2025-03-01T13:00:00.000Z",
        "20250301 | 2025-03-01T00:00:00.000Z",
        "2025-03-01T08Z | 2025-03-01T08:00:00.000Z",
        "2025-03-01T08 | 2025-03-01T08:00:00.000Z",
        "2025-03-01T08+02:00 | 2025-03-01T06:00:00.000Z",
        "2025-03-01T08.5Z | 2025-03-01T08:30:00.000Z",
        "2025-03-01T08:30,25Z | 2025-03-01T08:30:15.000Z",
        "2025-03-01T24:00:00Z | 2025-03-02T00:00:00.000Z",
        "2025-12-31T24:00Z | 2026-01-01T00:00:00.000Z",
        "20250301T24Z | 2025-03-02T00:00:00.000Z",
        "2025-W09-6T08:59:40Z | 2025-03-01T08:59:40.000Z",
        "2025W096T085940Z | 2025-03-01T08:59:40.000Z",
        "2020-W53-7T00:00Z | 2021-01-03T00:00:00.000Z",
        "2026-W01-1 | 2025-12-29T00:00:00.000Z",
        "2025-060T08:59:40Z | 2025-03-01T08:59:40.000Z",
        "2025060T085940Z | 2025-03-01T08:59:40.000Z",
        "2024-366 | 2024-12-31T00:00:00.000Z",
        "2025-03-01T08:59:40.123456789012Z | 2025-03-01T08:59:40.123Z",
        "2025-03-01T08:59:40.123456789012345678+00 | 2025-03-01T08:59:40.123Z",
        "+002025-03-01T08:59:40Z | 2025-03-01T08:59:40.000Z",
        "+12025-03-01T08:59:40Z | +12025-03-01T08:59:40.000Z",
        "-000001-12-31T23:59:59Z | -0001-12-31T23:59:59.000Z",
        "+0020250301T085940Z | 2025-03-01T08:59:40.000Z",
        "2025-03-01T08:59:40−05:30 | 2025-03-01T14:29:40.000Z",
        "2025-03-01t08:59:40z | 2025-03-01T08:59:40.000Z"
      })
  void readsEveryFormOfTheStandard(String text, String expected) {
    assertThat(IsoTime.format(IsoTime.parse(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-01T08:59:40Z, 2025-03-01T08:59:40Z",
    "2025-03-01T08:59:40.123456789Z, 2025-03-01T08:59:40.123456789Z",
    "2025-W09-6T08+01, 2025-03-01T07:00:00Z",
    "2025-03-01, 2025-03-01T00:00:00Z",
    "2025-03-01T08:59:40,",
    "2025-W09-6,",
    "20250301,",
    "2025-03-01T08,",
    "soon,"
  })
  void readsAnInstantOnlyWhereItsZoneIsKnown(String text, Instant expected) {
    assertThat(IsoTime.parseZoned(text)).isEqualTo(expected);
  }

  @Test
  void agreesWithTheJdkOnWeeksAndDaysOfTheYear() {
    for (LocalDate day = LocalDate.of(1999, 12, 1); day.getYear() < 2034; day = day.plusDays(1)) {
      long expected = day.toEpochDay() * 86_400_000L;
      assertThat(IsoTime.parse(day.format(DateTimeFormatter.ISO_WEEK_DATE) + "T00Z"))
          .as(day.toString())
          .isEqualTo(expected);
      assertThat(IsoTime.parse(day.format(DateTimeFormatter.ISO_ORDINAL_DATE) + "T00Z"))
          .as(day.toString())
          .isEqualTo(expected);
    }
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
