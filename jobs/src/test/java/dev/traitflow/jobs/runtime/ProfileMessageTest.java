package dev.traitflow.jobs.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.SplitRule;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The bytes of messages are frozen: those of all kinds but SPLIT are those of the first format. */
final class ProfileMessageTest {
  private static final byte[] BODY = {7, 8, 9};

  private static Map<String, ProfileMessage> frozen() {
    Map<String, ProfileMessage> messages = new LinkedHashMap<>();
    messages.put(
        "01000c73686f702f770000d20fa41ff62e046d31000006070809",
        new EventMessage.LiveEvent("shop/w", 1001, 2002, 3003, "m1", false, BODY));
    messages.put(
        "01000c73686f702f770000d20fa41ff62e046d31000206070809",
        new EventMessage.LiveEvent("shop/w", 1001, 2002, 3003, "m1", true, BODY));
    messages.put(
        "01010c73686f702f770000d20fa41ff62e00000406070809",
        new EventMessage.MovedEvent("shop/w", 1001, 2002, 3003, 2, BODY));
    messages.put(
        "01020c73686f702f770000d20fa41f000277000400",
        new MergeMessage.Hold("shop/w", 1001, 2002, 2));
    messages.put(
        "01030c73686f702f680000d20fa41f000277026c04026f",
        new MergeMessage.Move("shop/h", 1001, 2002, "w", "l", 2, "o"));
    messages.put(
        "01050c73686f702f680000d20fa41f0000026c04026f",
        new MergeMessage.Delete("shop/h", 1001, 2002, "l", 2, "o"));
    messages.put(
        "01060c73686f702f770000d20fa41f000268000400",
        new MergeMessage.Moved("shop/w", 1001, 2002, "h", 2));
    messages.put(
        "01070c73686f702f6c0000d20fa41f00026802770400",
        new MergeMessage.Left("shop/l", 1001, 2002, "h", "w", 2));
    messages.put(
        "0108047e3502069a01a41f0000000000", new ControlMessage.Flush("~5", 1, 3, 77, 2002, false));
    messages.put(
        "0108047e3502069a01a41f000000000201", new ControlMessage.Flush("~5", 1, 3, 77, 2002, true));
    messages.put(
        "0109047e350206d20fa41f000873686f700000047b7d",
        new ControlMessage.Define("~5", 1, 3, 1001, 2002, "shop", "{}".getBytes(UTF_8)));
    messages.put(
        "010a047e350206d20fa41f000873686f70000000",
        new ControlMessage.Score("~5", 1, 3, 1001, 2002, "shop"));
    messages.put(
        "010b0c73686f702f670000d20fa41f00026c02770200",
        new AccountMessage.UserLeft("shop/g", 1001, 2002, "l", "w"));
    messages.put(
        "010c0c73686f702f67000000000002770000047b7d",
        new AccountMessage.UserTraits("shop/g", "w", "{}".getBytes(UTF_8)));
    messages.put(
        "01040c73686f702f680000d20fa41f0002720273044201026f0270013401020261020a7573657273"
            + "02610278020a757365727302610279",
        split());
    return messages;
  }

  @Test
  void everyKindHasItsFrozenBytes() {
    frozen()
        .forEach(
            (hex, message) ->
                assertThat(HexFormat.of().formatHex(ProfileMessage.CODEC.encode(message)))
                    .as(message.kind().name())
                    .isEqualTo(hex));
    assertThat(frozen().values())
        .extracting(ProfileMessage::kind)
        .contains(ProfileMessage.Kind.values());
  }

  @Test
  void frozenBytesAreReadAsTheirKind() {
    frozen()
        .forEach(
            (hex, message) ->
                assertThat(ProfileMessage.CODEC.decode(HexFormat.of().parseHex(hex)))
                    .as(message.kind().name())
                    .usingRecursiveComparison()
                    .isEqualTo(message));
  }

  @Test
  void noCodeOfAKindWasChanged() {
    assertThat(ProfileMessage.Kind.values())
        .extracting(kind -> kind.name() + " " + kind.code())
        .containsExactly(
            "LIVE_EVENT 0",
            "MOVED_EVENT 1",
            "HOLD 2",
            "MOVE 3",
            "SPLIT 4",
            "DELETE 5",
            "MOVED 6",
            "LEFT 7",
            "FLUSH 8",
            "DEFINE 9",
            "SCORE 10",
            "USER_LEFT 11",
            "USER_TRAITS 12");
  }

  @Test
  void refusesAnUnknownKindAnUnknownVersionAndBytesCutShort() {
    byte[] bytes = ProfileMessage.CODEC.encode(split());
    assertThatThrownBy(() -> ProfileMessage.CODEC.decode(new byte[] {1, 13}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile message kind: got 13");
    assertThatThrownBy(() -> ProfileMessage.CODEC.decode(new byte[] {2, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile message version");
    assertThatThrownBy(() -> ProfileMessage.CODEC.decode(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyAnOldEventAPossibleRepeatOrAMovedOneMayBeStored() {
    long guarded = EventMessage.LiveEvent.GUARDED_BEYOND_MILLIS;
    assertThat(live(guarded, 0, false).mayBeStored()).isFalse();
    assertThat(live(guarded + 1, 0, false).mayBeStored()).isTrue();
    assertThat(live(0, 0, true).mayBeStored()).isTrue();
    assertThat(new EventMessage.MovedEvent("shop/w", 1, 0, 0, 1, BODY).mayBeStored()).isTrue();
  }

  @Test
  void aControlMessageIsAddressedWithoutAChangeOfItsContents() {
    assertThat(new ControlMessage.Score(1001, 2002, "shop").addressed("~5", 1, 3))
        .isEqualTo(new ControlMessage.Score("~5", 1, 3, 1001, 2002, "shop"));
    assertThat(new ControlMessage.Flush(77, 2002, true).addressed("~5", 1, 3))
        .isEqualTo(new ControlMessage.Flush("~5", 1, 3, 77, 2002, true));
  }

  private static EventMessage.LiveEvent live(long at, long timestamp, boolean repeat) {
    return new EventMessage.LiveEvent("shop/w", 1, at, timestamp, "m", repeat, BODY);
  }

  private static MergeMessage.Split split() {
    SplitRule rule =
        new SplitRule(
            List.of("a"), Set.of(Identifier.ofUser("a", "x")), Set.of(Identifier.ofUser("a", "y")));
    HistorySplit division = new HistorySplit("o", "p", true, rule);
    return new MergeMessage.Split("shop/h", 1001, 2002, "r", "s", 2, division);
  }
}
