package dev.traitflow.core.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.text.IsoTime;
import org.junit.jupiter.api.Test;

class SourcePayloadTest {

  @Test
  void saysWhatTheSenderSaidByteForByteWithTheTimesOfTheServer() {
    assertThat(
            payload(
                "{'type':'track','event':'O','messageId':'m','userId':'u',"
                    + "'timestamp':'2025-03-01T08:59:40Z','sentAt':'2025-03-01T09:00:10Z',"
                    + "'properties':{'p': 22.50},'context':{'a':1},'integrations':{'All':true}}"))
        .isEqualTo(
            "{'type':'track','messageId':'m','userId':'u','event':'O','properties':{'p': 22.50},"
                + "'context':{'a':1},'integrations':{'All':true},"
                + "'timestamp':'2025-03-01T11:59:40.000Z','receivedAt':'2025-03-01T12:00:10.000Z'}");
  }

  @Test
  void leavesOutWhatTheCallDidNotHave() {
    assertThat(payload("{'type':'page','messageId':'m','anonymousId':'a','name':'Home'}"))
        .isEqualTo(
            "{'type':'page','messageId':'m','anonymousId':'a','name':'Home',"
                + "'timestamp':'2025-03-01T12:00:10.000Z','receivedAt':'2025-03-01T12:00:10.000Z'}");
  }

  private static String payload(String json) {
    byte[] body = json.replace('\'', '"').getBytes(UTF_8);
    long receivedAt = IsoTime.parse("2025-03-01T12:00:10Z");
    Parsed parsed = new EventParser().parse(body, "", "f", "web", receivedAt, false);
    byte[] call = SourcePayload.call(((Parsed.Accepted) parsed).event());
    return new String(call, UTF_8).replace('"', '\'');
  }
}
