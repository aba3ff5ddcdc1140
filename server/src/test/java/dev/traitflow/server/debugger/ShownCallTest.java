package dev.traitflow.server.debugger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.log.ExactJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownCallTest {
  private static final long NOON = IsoTime.parse("2025-03-01T12:00:10Z");

  private final EventParser parser = new EventParser();

  @Test
  void rawHasEverythingThatWasSentAndWhatTheServerAdds() {
    JsonNode raw =
        shown(
                "track",
                "{'userId':'u','event':'O','properties':{'p':22.50,'deep':{'a':[1,null]}},"
                    + "'timestamp':'2025-03-01T10:59:40+02:00','sentAt':'2025-03-01T09:00:10Z',"
                    + "'context':{'x':1},'integrations':{},'custom':7,'writeKey':'secret'}")
            .path("raw");
    assertThat(raw.toString())
        .contains("\"properties\":{\"p\":22.50,\"deep\":{\"a\":[1,null]}}")
        .contains("\"sentAt\":\"2025-03-01T09:00:10Z\"")
        .contains("\"context\":{\"x\":1}", "\"integrations\":{}", "\"custom\":7")
        .contains("\"originalTimestamp\":\"2025-03-01T08:59:40.000Z\"")
        .contains("\"timestamp\":\"2025-03-01T11:59:40.000Z\"")
        .contains("\"receivedAt\":\"2025-03-01T12:00:10.000Z\"")
        .contains("\"messageId\":\"given\"", "\"type\":\"track\"", "\"version\":1")
        .contains("\"writeKey\":\"(hidden)\"")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "track    | {'userId':'u','event':'O','properties':{'a':1}} | ('O', {'a':1})",
        "identify | {'userId':'u','traits':{'a':1}}                 | ('u', {'a':1})",
        "identify | {'userId':'u','context':{'traits':{'a':1}}}     | ('u', {'a':1})",
        "identify | {'anonymousId':'x','traits':{'a':1}}            | ({'a':1})",
        "page     | {'userId':'u','name':'Home','category':'Shop'}  | ('Shop', 'Home')",
        "screen   | {'userId':'u','name':'Home','properties':{}}    | ('Home', {})",
        "group    | {'userId':'u','groupId':'g','traits':{'a':1}}   | ('g', {'a':1})",
        "alias    | {'userId':'u','previousId':'x'}                 | ('u', 'x')",
        "track    | {'userId':'u','event':7}                        | (7)"
      })
  void prettyIsTheCallALibraryWasGiven(String type, String json, String arguments) {
    assertThat(shown(type, json).path("pretty").asText())
        .isEqualTo("analytics." + type + arguments.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "track | {'event':'O'}                              | no_user_anon_id       | userId",
        "track | {'userId':7,'event':'O'}                   | id_not_string         | userId",
        "track | {'userId':'u'}                             | event_not_defined     | event",
        "track | {'userId':'u','event':'O','properties':[]} | properties_not_object | properties",
        "track | {'userId':'u','event':'O','context':{'groupId':''}}|group_id_missing|context.groupId",
        "``    | {'userId':'u','type':'buy'}                | bad_request           | type",
        "``    | [1]                                        | bad_request           | body",
        "``    | {'userId':                                 | bad_request           | body"
      })
  void aRefusedCallNamesItsCodeAndTheWrongField(
      String type, String json, String code, String field) {
    JsonNode shown = shown(type, json);
    assertThat(shown.path("status").asText()).isEqualTo("rejected");
    assertThat(shown.path("code").asText()).isEqualTo(code);
    assertThat(shown.path("field").asText()).isEqualTo(field);
    assertThat(shown.path("message").asText()).contains("expected");
    assertThat(shown.path("received_at").asText()).isEqualTo("2025-03-01T12:00:10.000Z");
  }

  @Test
  void whatIsNoJsonIsShownAsItCameButForTheWriteKey() {
    JsonNode shown = shown("", "{'writeKey': 'secret', 'userId':");
    assertThat(shown.path("raw").asText()).isEqualTo("{\"writeKey\": \"(hidden)\", \"userId\":");
    assertThat(shown.path("pretty").isNull()).isTrue();
  }

  @Test
  void warnsOfTimesThatCannotBeRead() {
    JsonNode shown =
        shown("track", "{'userId':'u','event':'O','timestamp':'noon','sentAt':1740000000}");
    assertThat(shown.path("status").asText()).isEqualTo("accepted");
    assertThat(shown.path("warnings").findValuesAsText("code"))
        .containsExactly("invalid_timestamp", "invalid_timestamp");
    assertThat(shown.path("warnings").findValuesAsText("field"))
        .containsExactly("timestamp", "sentAt");
    assertThat(shown.path("raw").path("timestamp").asText()).isEqualTo("2025-03-01T12:00:10.000Z");
    assertThat(shown.path("raw").has("originalTimestamp")).isFalse();
  }

  @Test
  void theJobsWordBeatsTheParsers() {
    Refusal duplicate = new Refusal(DiscardReason.DUPLICATE, "messageId m was seen");
    JsonNode shown = of("track", "{'userId':'u','event':'O'}", duplicate).json();
    assertThat(shown.path("status").asText()).isEqualTo("duplicate");
    assertThat(shown.path("code").asText()).isEqualTo("duplicate");
    assertThat(shown.path("field").asText()).isEqualTo("messageId");
  }

  @Test
  void showsTheDeepestCallThatIsAccepted() {
    int depth = 998;
    String deep = "[".repeat(depth) + "]".repeat(depth);
    JsonNode shown = shown("track", "{'userId':'u','event':'O','properties':{'p':" + deep + "}}");
    assertThat(shown.path("status").asText()).isEqualTo("accepted");
    assertThat(ExactJson.write(shown)).asString(UTF_8).contains(deep);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "order comp  | true",
        "\"p\":\"say | true",
        "say \"hi\"  | true",
        "ÄPFEL       | true",
        "absent      | false",
        "secret      | false"
      })
  void searchLooksIntoTheRawCallAndTheName(String text, boolean found) {
    ShownCall call =
        of(
            "track",
            "{'userId':'u','event':'Order Completed','writeKey':'secret',"
                + "'properties':{'p':'say \\'hi\\'','q':'\\u00e4pfel'}}",
            null);
    assertThat(call.matches(new CallSearch(text, null, null, null))).isEqualTo(found);
  }

  private JsonNode shown(String type, String json) {
    return of(type, json, null).json();
  }

  private ShownCall of(String type, String json, @Nullable Refusal refusal) {
    byte[] body = json.replace('\'', '"').getBytes(UTF_8);
    LogRecord call = LogRecord.call("spa", NOON, "web", "given", type, body);
    return ShownCall.of(new Arrival(1, 1, call, refusal, 0), parser);
  }
}
