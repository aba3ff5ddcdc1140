package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.text.IsoTime;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventCodecTest {
  private static final String JSON =
      "{'type':'page','messageId':'m-1','userId':'u1','anonymousId':'a1','name':'Home',"
          + "'category':'Shop','timestamp':'2025-03-01T08:59:40Z','properties':{'price':22.50},"
          + "'traits':{'plan':'pro'},'context':{'groupId':'g1'},"
          + "'integrations':{'All':false,'Hook':true}}";

  @Test
  void readsWhatVersionOneWrote() throws IOException {
    Event event = Event.CODEC.decode(golden("event-v1.bin"));
    assertThat(event).isEqualTo(withoutIntegrations(parsed()));
    assertThat(event.integrations()).isEmpty();
  }

  @Test
  void readsWhatVersionTwoWrote() throws IOException {
    Event event = Event.CODEC.decode(golden("event-v2.bin"));
    assertThat(event).isEqualTo(parsed());
    assertThat(event.integrations()).asString(UTF_8).isEqualTo("{\"All\":false,\"Hook\":true}");
  }

  @Test
  void writesVersionTwo() throws IOException {
    assertThat(Event.CODEC.encode(parsed())).isEqualTo(golden("event-v2.bin"));
  }

  @Test
  void refusesUnknownVersionsAndBytesCutShort() throws IOException {
    byte[] golden = golden("event-v2.bin");
    assertThatThrownBy(() -> Event.CODEC.decode(new byte[] {3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("event version");
    assertThatThrownBy(() -> Event.CODEC.decode(Arrays.copyOf(golden, golden.length - 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Event parsed() {
    byte[] body = JSON.replace('\'', '"').getBytes(UTF_8);
    long receivedAt = IsoTime.parse("2025-03-01T09:00:00Z");
    Parsed parsed = new EventParser().parse(body, "", "f", "web", receivedAt, false);
    return ((Parsed.Accepted) parsed).event();
  }

  private static Event withoutIntegrations(Event event) {
    return new Event(
        event.type(),
        event.messageId(),
        event.timestamp(),
        event.receivedAt(),
        event.source(),
        event.name(),
        event.userId(),
        event.anonymousId(),
        event.groupId(),
        event.previousId(),
        event.title(),
        event.category(),
        event.properties(),
        event.traits(),
        event.context());
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = EventCodecTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
