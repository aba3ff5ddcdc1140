package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.text.IsoTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventParserTimeTest {
  private static final String ARRIVAL = "2025-03-01T12:00:10.000Z";

  private final EventParser parser = new EventParser();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Both known: the sender's clock is three hours slow.
        "'sentAt':'2025-03-01T09:00:10Z','timestamp':'2025-03-01T08:59:40Z'"
            + " | 2025-03-01T11:59:40.000Z",
        "'timestamp':'2024-05-01T00:00:00Z' | 2024-05-01T00:00:00.000Z",
        "'timestamp':'2024-05-01T00:00:00' | 2024-05-01T00:00:00.000Z",
        "'timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'originalTimestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'timestamp':'2024-06-01','originalTimestamp':'2024-05-01' | 2024-06-01T00:00:00.000Z",
        "'timestamp':'soon','originalTimestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'timestamp':'soon' | 2025-03-01T12:00:10.000Z",
        "'timestamp':1740819580 | 2025-03-01T12:00:10.000Z",
        "'timestamp':null | 2025-03-01T12:00:10.000Z",
        "'sentAt':'2020-01-01' | 2025-03-01T12:00:10.000Z",
        "'sentAt':'x','timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'sentAt':5,'timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'sentAt':'0001-01-01T00:00:00Z','timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'sentAt':'1969-12-31T23:59:59.999Z','timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'sentAt':'1970-01-01T00:00:00Z','timestamp':'1970-01-01' | 2025-03-01T12:00:10.000Z",
        "'receivedAt':'2024-01-01','timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z",
        "'timestamp':'2031-01-01T00:00:00Z' | 2031-01-01T00:00:00.000Z",
        "'timestamp':'1970-01-01' | 1970-01-01T00:00:00.000Z"
      })
  void correctsTheTimeOfALiveCall(String members, String expected) {
    Event event = event(members, false);
    assertThat(IsoTime.format(event.timestamp())).isEqualTo(expected);
    assertThat(IsoTime.format(event.receivedAt())).isEqualTo(ARRIVAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'timestamp':'2024-05-01' | 2024-05-01T00:00:00.000Z | 2025-03-01T12:00:10.000Z",
        "'timestamp':'2024-05-01','sentAt':'2024-05-02'"
            + " | 2024-05-01T00:00:00.000Z | 2025-03-01T12:00:10.000Z",
        "'timestamp':'2024-05-01','sentAt':'2024-05-02','receivedAt':'2024-05-03'"
            + " | 2024-05-02T00:00:00.000Z | 2024-05-03T00:00:00.000Z",
        "'timestamp':'2024-05-01','sentAt':'2024-05-02','receivedAt':'never'"
            + " | 2024-05-01T00:00:00.000Z | 2025-03-01T12:00:10.000Z",
        "'timestamp':'2024-05-01','sentAt':'0001-01-01','receivedAt':'2024-05-03'"
            + " | 2024-05-01T00:00:00.000Z | 2024-05-03T00:00:00.000Z",
        "'timestamp':'2024-05-01','receivedAt':'0001-01-01'"
            + " | 2024-05-01T00:00:00.000Z | 2025-03-01T12:00:10.000Z",
        "'receivedAt':'2024-05-03' | 2024-05-03T00:00:00.000Z | 2024-05-03T00:00:00.000Z",
        "'x':1 | 2025-03-01T12:00:10.000Z | 2025-03-01T12:00:10.000Z"
      })
  void believesTheReceivingTimeOfAReplayedLine(String members, String timestamp, String received) {
    Event event = event(members, true);
    assertThat(IsoTime.format(event.timestamp())).isEqualTo(timestamp);
    assertThat(IsoTime.format(event.receivedAt())).isEqualTo(received);
  }

  @Test
  void refusesATimeThatCorrectionMovesBefore1970() {
    Parsed parsed =
        parse("'sentAt':'9999-01-01','timestamp':'1971-01-01T00:00:00Z'", "2025-03-01", false);
    assertThat(parsed).isInstanceOf(Parsed.Rejected.class);
    assertThat(((Parsed.Rejected) parsed).reason()).isEqualTo(DiscardReason.TIMESTAMP_OUT_OF_RANGE);
  }

  @Test
  void tellsReplayedRecordsFromLiveOnes() {
    byte[] line = body("'receivedAt':'2024-05-03'");
    long at = IsoTime.parse(ARRIVAL);
    Event replayed =
        ((Accepted) parser.parse(LogRecord.replayed("s", at, "web", "f00", 12, line))).event();
    assertThat(IsoTime.format(replayed.receivedAt())).isEqualTo("2024-05-03T00:00:00.000Z");
    assertThat(replayed.messageId()).isEqualTo("f00-12");
    Event live = ((Accepted) parser.parse(LogRecord.call("s", at, "web", "m", "", line))).event();
    assertThat(live.receivedAt()).isEqualTo(at);
  }

  private Event event(String members, boolean replayed) {
    Parsed parsed = parse(members, ARRIVAL, replayed);
    assertThat(parsed).isInstanceOf(Accepted.class);
    return ((Accepted) parsed).event();
  }

  private Parsed parse(String members, String arrival, boolean replayed) {
    return parser.parse(body(members), "", "m", "web", IsoTime.parse(arrival), replayed);
  }

  private static byte[] body(String members) {
    return ("{'type':'identify','userId':'u'," + members + "}").replace('\'', '"').getBytes(UTF_8);
  }
}
