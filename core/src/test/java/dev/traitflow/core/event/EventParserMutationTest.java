package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.event.Parsed.Rejected;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventParserMutationTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PUNCTUATION = "{}[]\",:\\0e+-. \n\u0000";
  private static final List<String> CALLS =
      List.of(
          "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"Order Completed\",\"messageId\":\"m-1\","
              + "\"timestamp\":\"2025-03-01T08:59:40.123Z\",\"sentAt\":\"2025-03-01T09:00:10Z\","
              + "\"properties\":{\"revenue\":22.5e0,\"currency\":\"USD\",\"products\":[{\"a\":1}]}}",
          "{\"type\":\"identify\",\"anonymousId\":\"ä€😀\",\"userId\":null,"
              + "\"traits\":{\"email\":\"A@x.io\",\"n\":[true,false,null,-1.5E+3]},"
              + "\"context\":{\"traits\":{\"x\":1},\"groupId\":\"g\",\"ip\":\"::1\"}}",
          "{\"type\":\"page\",\"userId\":\"u\",\"name\":\"Pri\\u0063ing\",\"category\":\"c\"}",
          "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"Flex - Engagement Initiated\","
              + "\"properties\":{\"Direction\":\"Inbound\",\"Duration\":312}}",
          "{\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"g\",\"traits\":{\"industry\":\"SW\"}}");

  @Test
  void answersAnyMutationOfACallAndItsObjectsStayJson() throws IOException {
    long seed = 20250301;
    SplittableRandom random = new SplittableRandom(seed);
    EventParser parser = new EventParser();
    int accepted = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] call = CALLS.get(random.nextInt(CALLS.size())).getBytes(UTF_8);
      byte[] body = mutate(call, random);
      boolean replayed = random.nextBoolean();
      String where = "seed " + seed + " round " + round + ": " + new String(body, UTF_8);
      Parsed parsed = parser.parse(body, "", "fallback", "web", 1_740_000_000_000L, replayed);
      if (parsed instanceof Accepted fine) {
        accepted++;
        Event event = fine.event();
        assertObject(event.properties(), where);
        assertObject(event.traits(), where);
        assertObject(event.context(), where);
        assertThat(Event.CODEC.decode(Event.CODEC.encode(event))).as(where).isEqualTo(event);
      } else if (parsed instanceof Rejected refused) {
        assertThat(refused.message()).as(where).isNotEmpty().hasSizeLessThan(300);
      }
    }
    assertThat(accepted).as("mutations that stay valid, seed " + seed).isBetween(500, 9_500);
  }

  @Test
  void refusesEveryTruncation() {
    EventParser parser = new EventParser();
    for (String call : CALLS) {
      byte[] body = call.getBytes(UTF_8);
      for (int length = 0; length < body.length; length++) {
        Parsed parsed =
            parser.parse(Arrays.copyOf(body, length), "", "fallback", "web", 1_740_000_000L, false);
        assertThat(parsed).isInstanceOf(Rejected.class);
        assertThat(((Rejected) parsed).reason()).isEqualTo(DiscardReason.BAD_REQUEST);
      }
    }
  }

  private static byte[] mutate(byte[] call, SplittableRandom random) {
    byte[] body = call.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(4)) {
        case 0 -> body[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> body[at] = (byte) PUNCTUATION.charAt(random.nextInt(PUNCTUATION.length()));
        case 2 -> body[at] = (byte) random.nextInt(256);
        default -> body = random.nextInt(4) == 0 ? Arrays.copyOf(body, at + 1) : body;
      }
    }
    return body;
  }

  private static void assertObject(byte[] json, String where) throws IOException {
    if (json.length > 0) {
      JsonNode node = MAPPER.readTree(json);
      assertThat(node.isObject()).as(where).isTrue();
    }
  }
}
