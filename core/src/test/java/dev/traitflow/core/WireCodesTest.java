package dev.traitflow.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of constants: a new one is added to its list, no other line ever changes. */
class WireCodesTest {
  private enum Colour implements WireCode {
    RED(3),
    BLUE(7);

    private final int wireCode;

    Colour(int wireCode) {
      this.wireCode = wireCode;
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  private enum Broken implements WireCode {
    ONE,
    OTHER;

    @Override
    public int wireCode() {
      return 1;
    }
  }

  @ParameterizedTest
  @MethodSource("enums")
  void aConstantKeepsItsCode(WireCode[] constants, List<String> codes) {
    assertThat(Arrays.stream(constants).map(each -> each.wireCode() + " " + each).toList())
        .isEqualTo(codes);
  }

  static Stream<Arguments> enums() {
    return Stream.of(
        enumOf(
            EventType.values(), "0 IDENTIFY, 1 TRACK, 2 PAGE, 3 SCREEN, 4 GROUP, 5 ALIAS, 6 WRITE"),
        enumOf(
            LogRecord.Kind.values(),
            "0 CALL, 1 TICK, 2 FLUSH, 3 DEFINE, 4 WRITE, 5 SCORE, 6 SCORED, 7 DELETE, 8 UNMAP,"
                + " 9 UNMERGE, 10 JOIN"),
        enumOf(TraitClass.values(), "0 CUSTOM, 1 COMPUTED, 2 PREDICTION, 3 SQL, 4 AUDIENCE"),
        enumOf(Extent.values(), "0 WHOLE, 1 TRUNCATED, 2 TOO_LARGE"),
        enumOf(ValueType.values(), "0 TEXT, 1 NUMBER, 2 ARRAY"),
        enumOf(
            DiscardReason.values(),
            "0 BAD_REQUEST, 1 NO_USER_ANON_ID, 2 ID_NOT_STRING, 3 EVENT_NOT_DEFINED,"
                + " 4 EVENT_NOT_STRING, 5 PROPERTIES_NOT_OBJECT, 6 TRAITS_NOT_OBJECT,"
                + " 7 NAME_NOT_STRING, 8 CATEGORY_NOT_STRING, 9 EMPTY_BATCH,"
                + " 10 EVENT_TOO_LARGE, 11 BATCH_TOO_MANY_EVENTS, 12 MESSAGE_ID_TOO_LONG,"
                + " 13 TIMESTAMP_OUT_OF_RANGE, 14 SOURCE_DISABLED, 15 GROUP_ID_MISSING,"
                + " 16 TOO_MANY_TRAITS, 17 TOO_MANY_PROPERTIES, 18 NO_MATCHING_IDENTIFIERS,"
                + " 19 RECORD_TOO_LARGE, 20 DUPLICATE, 21 TOO_MANY_TRAIT_KEYS,"
                + " 22 SKIPPED_BY_OPERATOR"));
  }

  private static Arguments enumOf(WireCode[] constants, String codes) {
    return Arguments.of(constants, List.of(codes.split(", ", -1)));
  }

  /** In topics a reason stands by this name, which is that of the constant today. */
  @Test
  void aReasonKeepsItsName() {
    for (DiscardReason reason : DiscardReason.values()) {
      assertThat(reason.wireName()).isEqualTo(reason.name());
      assertThat(DiscardReason.ofWireName(reason.wireName())).isEqualTo(reason);
    }
    assertThatThrownBy(() -> DiscardReason.ofWireName("TOO_BLUE"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("discard reason: got 'TOO_BLUE' (expected one of ");
  }

  @Test
  void aCodeThatNoConstantHasIsRefusedWithASentence() {
    WireCodes<Colour> codes = new WireCodes<>("colour", Colour.values());
    assertThat(codes.of(7)).isEqualTo(Colour.BLUE);
    for (int unknown : new int[] {-1, 0, 4, 8, 255}) {
      assertThatThrownBy(() -> codes.of(unknown))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("colour: got code " + unknown + " (expected one of 3 RED, 7 BLUE)");
    }
  }

  @Test
  void twoConstantsOfOneCodeAreRefused() {
    assertThatThrownBy(() -> new WireCodes<>("broken", Broken.values()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("broken OTHER: got code 1 (expected one of its own, 0 to 255)");
  }
}
