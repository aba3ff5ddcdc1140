package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.event.Parsed.Rejected;
import dev.traitflow.core.text.IsoTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {
  private static final long NOON = IsoTime.parse("2025-03-01T12:00:00Z");

  private final EventParser parser = new EventParser();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no_user_anon_id       | {'type':'track','event':'A'}",
        "no_user_anon_id       | {'type':'track','event':'A','userId':null,'anonymousId':null}",
        "id_not_string         | {'type':'track','event':'A','userId':''}",
        "id_not_string         | {'type':'track','event':'A','userId':7}",
        "id_not_string         | {'type':'track','event':'A','userId':['u']}",
        "id_not_string         | {'type':'track','event':'A','userId':'u','anonymousId':true}",
        "id_not_string         | {'type':'track','event':'A','userId':'u','anonymousId':''}",
        "id_not_string         | {'type':'alias','userId':'u','previousId':9}",
        "event_not_defined     | {'type':'track','userId':'u'}",
        "event_not_defined     | {'type':'track','userId':'u','event':null}",
        "event_not_defined     | {'type':'track','userId':'u','event':''}",
        "event_not_string      | {'type':'track','userId':'u','event':5}",
        "event_not_string      | {'type':'track','userId':'u','event':{}}",
        "properties_not_object | {'type':'track','userId':'u','event':'A','properties':'x'}",
        "properties_not_object | {'type':'page','userId':'u','properties':[]}",
        "traits_not_object     | {'type':'identify','userId':'u','traits':'x'}",
        "traits_not_object     | {'type':'group','userId':'u','groupId':'g','traits':1}",
        "name_not_string       | {'type':'page','userId':'u','name':''}",
        "name_not_string       | {'type':'screen','userId':'u','name':3}",
        "category_not_string   | {'type':'page','userId':'u','category':''}",
        "category_not_string   | {'type':'screen','userId':'u','category':[]}",
        "group_id_missing      | {'type':'group','userId':'u'}",
        "group_id_missing      | {'type':'group','userId':'u','groupId':''}",
        "group_id_missing      | {'type':'group','userId':'u','groupId':null}",
        "id_not_string         | {'type':'group','userId':'u','groupId':8}",
        "group_id_missing | {'type':'track','userId':'u','event':'A','context':{'groupId':''}}",
        "bad_request           | {'type':'purchase','userId':'u'}",
        "bad_request           | {'type':'write','userId':'u'}",
        "bad_request           | {'type':3,'userId':'u'}",
        "bad_request           | {'userId':'u'}",
        "timestamp_out_of_range | {'type':'identify','userId':'u','timestamp':'1969-12-31'}"
      })
  void refusesWithTheCodeOfTheTable(String code, String json) {
    assertThat(refusal(json).reason().code()).isEqualTo(code);
    assertThat(refusal(json).message()).contains(": ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "'   '",
        "[]",
        "null",
        "7",
        "\"text\"",
        "{",
        "{'userId':",
        "{'userId':'u'",
        "{'userId':'u','properties':{'a':[1,2}",
        "{'type':'identify','userId':'u'} x",
        "{'type':'identify','userId':'u'}{}",
        "{'type':'identify','userId':'u',}",
        "{'type':'identify','userId':'u','x':NaN}",
        "{'type':'identify','userId':'u','x':-Infinity}",
        "{'type':'identify','userId':'u','x':01}",
        "{'type':'identify','userId':'u','x':1.}",
        "{'type':'identify','userId':'u','x':.5}",
        "{'type':'identify','userId':'u','x':+1}",
        "{'type':'identify','userId':'u','x':'\\q'}",
        "{'type':'identify','userId':'u','x':'\\u12g4'}",
        "{'type':'identify',userId:'u'}",
        "{'type':'identify','userId':'u' /* note */}"
      })
  void refusesWhatIsNotOneJsonObject(String json) {
    Rejected refusal = refusal(json);
    assertThat(refusal.reason()).isEqualTo(DiscardReason.BAD_REQUEST);
    assertThat(refusal.message()).startsWith("body: ").hasSizeLessThan(300);
  }

  @Test
  void refusesControlCharactersAndNestingWithoutEnd() {
    assertThat(refusal("{'type':'identify','userId':'u','x':'a\nb'}").reason())
        .isEqualTo(DiscardReason.BAD_REQUEST);
    String deep = "[".repeat(1500) + "]".repeat(1500);
    assertThat(refusal("{'type':'identify','userId':'u','x':" + deep + "}").reason())
        .isEqualTo(DiscardReason.BAD_REQUEST);
    String fine = "[".repeat(900) + "]".repeat(900);
    assertThat(event("{'type':'identify','userId':'u','x':" + fine + "}").userId()).isEqualTo("u");
  }

  @Test
  void keepsNumbersOfAnyLengthAndExponentAsTheyCame() {
    for (String number :
        List.of("9".repeat(1001), "0." + "1".repeat(20_000), "1e1000", "1E-99999999999999999999")) {
      String json = "{'type':'track','event':'E','userId':'u','properties':{'v':[" + number + "]}}";
      assertThat(new String(event(json).properties(), UTF_8)).isEqualTo("{\"v\":[" + number + "]}");
    }
  }

  @Test
  void saysWhereTheSyntaxBreaksWithoutEchoingThePayload() {
    Rejected refusal = refusal("{'type':'identify',\n'userId':" + "secret".repeat(60) + "}");
    assertThat(refusal.message()).contains("line 2").contains("at byte ");
    assertThat(refusal.message()).doesNotContain("secret".repeat(8));
  }

  @Test
  void refusesBytesThatAreNotUtf8WhereverTheyAre() {
    int[][] broken = {
      {0x80},
      {0xC0, 0xAF},
      {0xC3},
      {0xE0, 0x80, 0xAF},
      {0xED, 0xA0, 0x80},
      {0xF0, 0x80, 0x80, 0x80},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF5, 0x80, 0x80, 0x80},
      {0xFF},
      {0xE2, 0x82}
    };
    for (int[] bytes : broken) {
      for (String place : new String[] {"userId':'u", "x':'", "x':{'y':'", "z"}) {
        byte[] head = text("{'type':'identify','" + place);
        byte[] body = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, body, 0, head.length);
        for (int i = 0; i < bytes.length; i++) {
          body[head.length + i] = (byte) bytes[i];
        }
        Rejected refusal = (Rejected) parse(body);
        assertThat(refusal.reason()).isEqualTo(DiscardReason.BAD_REQUEST);
        assertThat(refusal.message()).contains("byte " + head.length + " is not");
      }
    }
  }

  @Test
  void refusesOtherEncodingsOfUnicode() {
    String json = "{\"type\":\"identify\",\"userId\":\"u\"}";
    for (String charset : new String[] {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"}) {
      byte[] body = json.getBytes(java.nio.charset.Charset.forName(charset));
      assertThat(parse(body)).as(charset).isInstanceOf(Rejected.class);
    }
  }

  @Test
  void readsPastAByteOrderMark() {
    Event event = event("\uFEFF{'type':'identify','userId':'u','traits':{'a':1}}");
    assertThat(event.traits()).asString(UTF_8).isEqualTo("{\"a\":1}");
  }

  @Test
  void acceptsALineOfExactly32768BytesAndALiveCallWithRoomForItsEnvelope() {
    String head = "{'type':'identify','userId':'u','x':'";
    for (boolean replayed : new boolean[] {true, false}) {
      int bytes = replayed ? 32_768 : 65_536;
      String fits = head + "a".repeat(bytes - head.length() - 2) + "'}";
      assertThat(text(fits)).hasSize(bytes);
      assertThat(parser.parse(text(fits), "", "fallback", "web", NOON, replayed))
          .isInstanceOf(Parsed.Accepted.class);
      assertThat(parser.parse(text(fits + " "), "", "fallback", "web", NOON, replayed))
          .isInstanceOfSatisfying(
              Parsed.Rejected.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(DiscardReason.EVENT_TOO_LARGE));
    }
  }

  @Test
  void boundsTraitsAndProperties() {
    String identify = "{'type':'identify','userId':'u','traits':";
    assertThat(event(identify + members(299) + "}").type()).isEqualTo(EventType.IDENTIFY);
    assertThat(refusal(identify + members(300) + "}").reason())
        .isEqualTo(DiscardReason.TOO_MANY_TRAITS);
    String track = "{'type':'track','event':'A','userId':'u','properties':";
    assertThat(event(track + members(300) + "}").name()).isEqualTo("A");
    assertThat(refusal(track + members(301) + "}").reason())
        .isEqualTo(DiscardReason.TOO_MANY_PROPERTIES);
    String group = "{'type':'group','groupId':'g','userId':'u','traits':";
    assertThat(event(group + members(300) + "}").groupId()).isEqualTo("g");
    assertThat(refusal(group + members(301) + "}").reason())
        .isEqualTo(DiscardReason.TOO_MANY_PROPERTIES);
  }

  @Test
  void boundsMessageIdsAndGroupIds() {
    String call = "{'type':'group','userId':'u','groupId':'%s','messageId':'%s'}";
    String longest = call.formatted("g".repeat(500), "m".repeat(100));
    assertThat(event(longest).messageId()).hasSize(100);
    assertThat(refusal(call.formatted("g", "m".repeat(101))).reason())
        .isEqualTo(DiscardReason.MESSAGE_ID_TOO_LONG);
    Rejected group = refusal(call.formatted("g".repeat(501), "m"));
    assertThat(group.reason()).isEqualTo(DiscardReason.GROUP_ID_MISSING);
    assertThat(group.message()).contains("501");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'identify','userId':'u'}",
        "{'type':'identify','userId':'u','messageId':null}",
        "{'type':'identify','userId':'u','messageId':''}",
        "{'type':'identify','userId':'u','messageId':{'messageId':'x'}}"
      })
  void givesTheFallbackMessageIdToACallWithoutOne(String json) {
    assertThat(event(json).messageId()).isEqualTo("fallback");
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "12.50", "-0", "1e3", "123456789012345678901234567890"})
  void takesTheLiteralOfANumberForItsMessageId(String number) {
    assertThat(event("{'type':'identify','userId':'u','messageId':" + number + "}").messageId())
        .isEqualTo(number);
  }

  @Test
  void refusesANumericMessageIdThatIsTooLong() {
    String json = "{'type':'identify','userId':'u','messageId':" + "7".repeat(101) + "}";
    assertThat(refusal(json).reason()).isEqualTo(DiscardReason.MESSAGE_ID_TOO_LONG);
  }

  @Test
  void countsNullAsAbsent() {
    Event event =
        event(
            "{'type':'page','userId':null,'anonymousId':'a','groupId':null,'name':null,"
                + "'category':null,'properties':null,'traits':null,'context':null}");
    assertThat(event.userId()).isNull();
    assertThat(event.anonymousId()).isEqualTo("a");
    assertThat(event.title()).isNull();
    assertThat(event.category()).isNull();
    assertThat(event.properties()).isEmpty();
    assertThat(event.traits()).isEmpty();
    assertThat(event.context()).isEmpty();
  }

  @Test
  void letsTheLastOfEqualNamesWin() {
    Event event =
        event(
            "{'type':'track','event':5,'userId':7,'userId':'u','event':'A','properties':'x',"
                + "'properties':{'a':1},'properties':{'a':2}}");
    assertThat(event.userId()).isEqualTo("u");
    assertThat(event.properties()).asString(UTF_8).isEqualTo("{\"a\":2}");
    assertThat(refusal("{'type':'identify','userId':'u','userId':7}").reason())
        .isEqualTo(DiscardReason.ID_NOT_STRING);
  }

  @Test
  void copiesObjectsByteForByte() {
    String properties = "{ 'ü\\u00fc' : [1.50, {'x':'}'} , '\\\"'],\n\t'€': 'a😀'  , 'n' :-0e5 }";
    String traits = "{}";
    String context = "{'traits':{'email':'e'} , 'ip':'::1'}";
    Event event =
        event(
            " {'junk':'ü€😀','properties' :\n"
                + properties
                + ",'traits':"
                + traits
                + ",'context':  "
                + context
                + " ,'userId':'ü','event':' A ','type':'track'} ");
    assertThat(event.properties()).isEqualTo(text(properties));
    assertThat(event.traits()).isEqualTo(text(traits));
    assertThat(event.context()).isEqualTo(text(context));
    assertThat(event.userId()).isEqualTo("ü");
    assertThat(event.name()).as("not trimmed").isEqualTo(" A ");
  }

  @Test
  void namesPageAndScreenCallsAndKeepsTheirTitles() {
    Event page = event("{'type':'page','userId':'u','name':'Pricing','category':'Docs'}");
    assertThat(page.name()).isEqualTo("Page Viewed");
    assertThat(page.title()).isEqualTo("Pricing");
    assertThat(page.category()).isEqualTo("Docs");
    Event screen = event("{'type':'screen','anonymousId':'a','name':'Home','event':'x'}");
    assertThat(screen.name()).isEqualTo("Screen Viewed");
    assertThat(screen.title()).isEqualTo("Home");
    Event identify = event("{'type':'identify','userId':'u','name':'Ada','event':'x'}");
    assertThat(identify.name()).isEmpty();
    assertThat(identify.title()).isNull();
  }

  @Test
  void letsThePathDecideTheType() {
    byte[] body = text("{'type':'identify','event':'A','userId':'u'}");
    Accepted accepted = (Accepted) parser.parse(body, "track", "m", "web", NOON, false);
    assertThat(accepted.event().type()).isEqualTo(EventType.TRACK);
    LogRecord call = LogRecord.call("s", NOON, "web", "m-7", "page", body);
    Event event = ((Accepted) parser.parse(call)).event();
    assertThat(event.type()).isEqualTo(EventType.PAGE);
    assertThat(event.messageId()).isEqualTo("m-7");
    assertThat(event.source()).isEqualTo("web");
    assertThat(event.receivedAt()).isEqualTo(NOON);
  }

  @Test
  void keepsPreviousIdOfAliasAndGroupIdOfAnyCall() {
    Event alias = event("{'type':'alias','userId':'b','previousId':'a'}");
    assertThat(alias.previousId()).isEqualTo("a");
    assertThat(event("{'type':'identify','userId':'u','groupId':'g'}").groupId()).isEqualTo("g");
    assertThat(event("{'type':'identify','userId':'u','groupId':''}").groupId()).isNull();
    assertThat(event("{'type':'identify','userId':'u','groupId':5}").groupId()).isNull();
  }

  @Test
  void takesTraitsOfAnIdentifyFromItsContextIfItHasNoOthers() {
    String context = "'context':{'traits':{'plan':'pro'}}";
    assertThat(event("{'type':'identify','userId':'u'," + context + "}").traits())
        .asString(UTF_8)
        .isEqualTo("{\"plan\":\"pro\"}");
    assertThat(event("{'type':'identify','userId':'u','traits':{}," + context + "}").traits())
        .asString(UTF_8)
        .isEqualTo("{}");
    assertThat(event("{'type':'track','event':'A','userId':'u'," + context + "}").traits())
        .isEmpty();
  }

  @Test
  void ignoresAContextThatIsNoObject() {
    assertThat(event("{'type':'identify','userId':'u','context':'x'}").context()).isEmpty();
  }

  @Test
  void keepsTheIntegrationsObjectAndIgnoresAnythingElseInItsPlace() {
    String call = "{'type':'identify','userId':'u','integrations':";
    assertThat(event(call + "{'All':false, 'Hook':{'a':1}}}").integrations())
        .asString(UTF_8)
        .isEqualTo("{\"All\":false, \"Hook\":{\"a\":1}}");
    assertThat(event(call + "['Hook']}").integrations()).isEmpty();
    assertThat(event(call + "null}").integrations()).isEmpty();
    assertThat(event(call + "{'Hook':true},'integrations':null}").integrations()).isEmpty();
  }

  @Test
  void replacesHalvesOfSurrogatePairs() {
    Event event = event("{'type':'identify','userId':'a\\ud83db','anonymousId':'\\ud83d\\ude00'}");
    assertThat(event.userId()).isEqualTo("a\uFFFDb");
    assertThat(event.anonymousId()).isEqualTo("😀");
    assertThat(Event.CODEC.decode(Event.CODEC.encode(event))).isEqualTo(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Direction':'Inbound','Duration': 31 }"
            + " | {'Direction':'Inbound','Duration': 31 ,'direction':'Inbound','duration':31}",
        "{'Direction':'Inbound','direction':'x'} | {'Direction':'Inbound','direction':'x'}",
        "{'duration':null,'Duration':7} | {'duration':null,'Duration':7}",
        "{'x':{'Direction':1}} | {'x':{'Direction':1}}",
        "{'Duration':{'s':[1,'ü}']} } | {'Duration':{'s':[1,'ü}']} ,'duration':{'s':[1,'ü}']}}",
        "{} | {}"
      })
  void copiesCapitalisedPropertiesOfContactCenterEvents(String sent, String expected) {
    String call = "{'properties':%s,'type':'track','userId':'u','event':'%s'}";
    assertThat(event(call.formatted(sent, "Flex - Engagement Initiated")).properties())
        .isEqualTo(text(expected));
    assertThat(event(call.formatted(sent, "Engagement Initiated")).properties())
        .isEqualTo(text(sent));
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'t" + i + "':{'nested':1}")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private Event event(String json) {
    Parsed parsed = parse(text(json));
    assertThat(parsed).isInstanceOf(Accepted.class);
    return ((Accepted) parsed).event();
  }

  private Rejected refusal(String json) {
    Parsed parsed = parse(text(json));
    assertThat(parsed).isInstanceOf(Rejected.class);
    return (Rejected) parsed;
  }

  private Parsed parse(byte[] body) {
    return parser.parse(body, "", "fallback", "web", NOON, false);
  }

  /** JSON in single quotes reads better in Java. */
  private static byte[] text(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }
}
