package dev.traitflow.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class LogRecordTest {
  private static final byte[] BODY = "{\"userId\":\"u1\"}".getBytes(StandardCharsets.UTF_8);

  /** Written by version 1. */
  private static final String VERSION_1 =
      "010006737061d00f067765620000046d310a747261636b1e7b22757365724964223a227531227d";

  @Test
  void readsWhatEarlierVersionsWrote() {
    assertThat(LogRecord.CODEC.decode(HexFormat.of().parseHex(VERSION_1)))
        .isEqualTo(LogRecord.call("spa", 1_000, "web", "m1", "track", BODY));
  }

  @Test
  void roundTripsCallsAndRefusals() {
    Parsed.Rejected why = new Parsed.Rejected(DiscardReason.SOURCE_DISABLED, "it is off");
    for (LogRecord record :
        new LogRecord[] {
          LogRecord.call("spa", 1_000, "web", "m1", "track", BODY),
          LogRecord.callAsNamed("spa", 1_000, "web", "m1", "track", BODY),
          LogRecord.refused("spa", 1_000, "web", why, "", 12, BODY),
          LogRecord.tick(5)
        }) {
      assertThat(LogRecord.CODEC.decode(LogRecord.CODEC.encode(record))).isEqualTo(record);
      assertThat(record.stampedAt(7).at()).isEqualTo(7);
      assertThat(record.stampedAt(record.at())).isEqualTo(record);
    }
  }

  @Test
  void aRefusalIsWhatParsingAnswersAndStandsForItsCalls() {
    Parsed.Rejected why = new Parsed.Rejected(DiscardReason.BATCH_TOO_MANY_EVENTS, "too many");
    LogRecord record = LogRecord.refused("spa", 1_000, "web", why, "", 12, BODY);

    assertThat(new EventParser().parse(record)).isEqualTo(why);
    assertThat(record.calls()).isEqualTo(12);
    assertThat(LogRecord.call("spa", 0, "web", "m", "", BODY).calls()).isEqualTo(1);
  }

  @Test
  void leavesNamesAsTheyAreWhereASourceWantsThat() {
    byte[] flex =
        "{\"userId\":\"u\",\"event\":\"Flex - Engagement Initiated\",\"properties\":{\"Direction\":1}}"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(properties(LogRecord.call("s", 0, "web", "m", "track", flex)))
        .isEqualTo("{\"Direction\":1,\"direction\":1}");
    assertThat(properties(LogRecord.callAsNamed("s", 0, "web", "m", "track", flex)))
        .isEqualTo("{\"Direction\":1}");
  }

  private static String properties(LogRecord record) {
    Parsed.Accepted accepted = (Parsed.Accepted) new EventParser().parse(record);
    return new String(accepted.event().properties(), StandardCharsets.UTF_8);
  }
}
