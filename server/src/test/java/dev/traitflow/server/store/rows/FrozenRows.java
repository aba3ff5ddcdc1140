package dev.traitflow.server.store.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.delivery.Recipient;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.Frozen;
import dev.traitflow.server.delivery.rows.DeliveryMark;
import dev.traitflow.server.delivery.rows.PendingCall;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The values of the store's rows; keys and plain numbers are tried by {@code RowFormatsTest}. */
public final class FrozenRows {
  private static final long T0 = 1_740_000_000_000L;
  private static final byte[] JSON = "\"zoë\"".getBytes(UTF_8);
  private static final Identifier EMAIL = Identifier.ofUser(Identifier.EMAIL, "ä@x.io");
  private static final Identifier USER = Identifier.ofUser(Identifier.USER_ID, "u1");

  private static final TraitValue VALUE =
      new TraitValue("favourite", TraitClass.COMPUTED, JSON, 3, T0 - 5, "v7", Extent.TRUNCATED);

  /** Version 1 did not say how much of a value there is. */
  private static final TraitValue VALUE_1 =
      new TraitValue("favourite", TraitClass.CUSTOM, JSON, 3, T0 - 5, "v7");

  private static final StoredIdentifier IDENTIFIER =
      new StoredIdentifier(EMAIL, "use_1", 17, T0, "m-1", "web");

  private static final PendingCall PENDING =
      new PendingCall(
          "spa_shop",
          "des_1",
          "use_1",
          "favourite",
          new Recipient("u1", "ä@x.io", "a1"),
          4_711,
          "m-1",
          "{\"type\":\"identify\"}".getBytes(UTF_8),
          3,
          T0,
          T0 + 60_000);

  /** Every form. */
  public static final List<Frozen> ALL = Stream.concat(rows().stream(), insights()).toList();

  private FrozenRows() {}

  private static List<Frozen> rows() {
    return List.of(
        new Frozen("stored-trait.v1", null, FrozenRows::trait, VALUE_1),
        new Frozen(
            "stored-trait.v2", StoredTrait.encode(VALUE, JSON, 99, T0), FrozenRows::trait, VALUE),
        Frozen.of("stored-identifier.v1", StoredIdentifier.CODEC, IDENTIFIER),
        Frozen.of(
            "delivery-mark.v1",
            DeliveryMark.CODEC,
            new DeliveryMark("spa_shop", "use_1", "favourite", "use_2")),
        Frozen.of("pending-call.v1", PendingCall.CODEC, PENDING));
  }

  private static Stream<Frozen> insights() {
    return Arrays.stream(StoredInsight.Kind.values())
        .flatMap(
            kind -> {
              String name = "stored-insight." + kind.name().toLowerCase(Locale.ROOT);
              return Stream.of(
                  Frozen.of(name + ".v1", StoredInsight.CODEC, insight(kind)),
                  Frozen.key(name + ".term", StoredInsight.term(kind).getBytes(UTF_8)));
            });
  }

  private static StoredInsight insight(StoredInsight.Kind kind) {
    return new StoredInsight(
        kind,
        17,
        T0,
        "ID value blocked",
        List.of(EMAIL, USER),
        "no *@x.io",
        "m-1",
        "web",
        "use_1",
        List.of("use_2", "use_3"),
        "mrg_17_0");
  }

  private static TraitValue trait(byte[] bytes) {
    return StoredTrait.decode("favourite", bytes);
  }
}
