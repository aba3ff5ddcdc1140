package dev.traitflow.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Parsed.Accepted;
import dev.traitflow.core.event.Parsed.Rejected;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a strict caller may not send. */
class StrictParserTest {
  @ParameterizedTest
  @ValueSource(strings = {" ", "\u00a0\u2003", "\u200b", "\ufeff\u2060", "\\t \\n"})
  void aBlankGroupIdIsRefusedAndCountsAsNoneForOthers(String blank) {
    String group = "{\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"" + blank + "\"}";
    assertThat(parse(new EventParser(), group))
        .isInstanceOfSatisfying(
            Accepted.class, accepted -> assertThat(accepted.event().groupId()).isNull());
    assertThat(parse(EventParser.strict(), group))
        .isInstanceOfSatisfying(
            Rejected.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(DiscardReason.GROUP_ID_MISSING);
              assertThat(refusal.message()).startsWith("groupId: got only white space");
            });
    assertThat(parse(EventParser.strict(), group.replace(blank, "g"))).isInstanceOf(Accepted.class);
  }

  private static Parsed parse(EventParser parser, String call) {
    return parser.parse(call.getBytes(UTF_8), "", "m", "web", 0, false);
  }
}
