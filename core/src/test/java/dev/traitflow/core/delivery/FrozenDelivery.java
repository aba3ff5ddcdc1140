package dev.traitflow.core.delivery;

import dev.traitflow.core.codec.Frozen;
import java.util.List;

/** What this package stores. */
public final class FrozenDelivery {
  private static final LastSent SENT =
      new LastSent(
          3, "\"pro\"", List.of(new Recipient("u1", "ä@x.io", ""), new Recipient("", "", "a1")));

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.of("last-sent.v1", LastSent.CODEC, SENT),
          Frozen.of("last-sent.never.v1", LastSent.CODEC, LastSent.NEVER));

  private FrozenDelivery() {}
}
