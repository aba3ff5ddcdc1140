package dev.traitflow.server.debugger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.server.debugger.LiveReader.Message;
import org.junit.jupiter.api.Test;

class LiveReaderTest {
  private final SourceDebugger debugger = new SourceDebugger(new EventParser());
  private long offset;

  @Test
  void tellsWhatComesFromNowOnOnce() {
    arrive("Before");
    LiveReader reader = fromNow(CallSearch.ALL);
    assertThat(reader.next()).isEmpty();
    arrive("A");
    arrive("B");
    assertThat(reader.next()).extracting(Message::id).containsExactly("2", "3");
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void resumesBehindAPlaceWithAllThatIsHeldAndWhatBecameOfEarlierCalls() {
    for (int i = 0; i < 300; i++) {
      arrive("E" + i);
    }
    refuse(1);
    LiveReader reader = LiveReader.after(debugger, "spa", "web", CallSearch.ALL, 50);
    assertThat(reader.next())
        .hasSize(251)
        .first()
        .satisfies(message -> assertThat(message.event()).isEqualTo("outcome"))
        .satisfies(message -> assertThat(message.id()).isNull())
        .satisfies(message -> assertThat(message.data()).contains("\"cursor\":\"2\""));
  }

  @Test
  void tellsWhatBecameOfACallItToldOf() {
    LiveReader reader = fromNow(CallSearch.ALL);
    arrive("A");
    assertThat(reader.next().get(0).data()).contains("\"status\":\"accepted\"");
    refuse(0);
    assertThat(reader.next())
        .singleElement()
        .isEqualTo(
            new Message(
                "outcome",
                null,
                "{\"cursor\":\"1\",\"status\":\"duplicate\",\"code\":\"duplicate\","
                    + "\"message\":\"seen\",\"field\":\"messageId\"}"));
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void whoWantsAStatusGetsTheWholeCallWhenItHasThatStatus() {
    LiveReader reader = fromNow(new CallSearch(null, null, null, CallStatus.DUPLICATE));
    arrive("A");
    assertThat(reader.next()).isEmpty();
    refuse(0);
    assertThat(reader.next()).singleElement().extracting(Message::event).isEqualTo("call");
  }

  @Test
  void whoIsTooSlowIsToldHowManyHeMissed() {
    LiveReader reader = fromNow(CallSearch.ALL);
    for (int i = 0; i < 1_000; i++) {
      arrive("E" + i);
    }
    assertThat(reader.next())
        .hasSize(1 + LiveReader.CALLS_MAX)
        .first()
        .isEqualTo(new Message("skipped", null, "{\"skipped\":900}"));
    arrive("Last");
    assertThat(reader.next()).singleElement().extracting(Message::id).isEqualTo("1001");
  }

  @Test
  void passesOverWhatIsNotWanted() {
    LiveReader reader = fromNow(new CallSearch("needle", null, null, null));
    arrive("Hay");
    arrive("A NEEDLE here");
    assertThat(reader.next()).singleElement().extracting(Message::id).isEqualTo("2");
  }

  private LiveReader fromNow(CallSearch search) {
    return LiveReader.fromNow(debugger, "spa", "web", search);
  }

  private void arrive(String event) {
    byte[] body = ("{\"userId\":\"u\",\"event\":\"" + event + "\"}").getBytes(UTF_8);
    debugger.arrived(offset++, LogRecord.call("spa", 0, "web", "m", "track", body));
  }

  private void refuse(long sequence) {
    debugger.rejected(
        new RejectedCall(
            "spa", "web", sequence, "", 0, 0, DiscardReason.DUPLICATE, "seen", new byte[0]));
  }
}
