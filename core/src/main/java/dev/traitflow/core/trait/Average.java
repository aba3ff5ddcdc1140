package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.text.Decimals;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Averages numbers: the exact sum by the count, rounded half-even to 15 significant digits. */
record Average() implements Calculation<Total> {
  private static final MathContext PRECISION = new MathContext(15, RoundingMode.HALF_EVEN);

  @Override
  public Total zero() {
    return Total.ZERO;
  }

  @Override
  public Total add(Total total, Occurrence occurrence) {
    return total.plus(occurrence);
  }

  @Override
  public Total merge(Total left, Total right) {
    return left.plus(right);
  }

  @Override
  public Total subtract(Total total, Occurrence occurrence) {
    return total.minus(occurrence);
  }

  @Override
  public @Nullable String result(Total total) {
    return total.count() == 0
        ? null
        : Decimals.text(total.sum().divide(BigDecimal.valueOf(total.count()), PRECISION));
  }

  @Override
  public Codec<Total> codec() {
    return Total.CODEC;
  }
}
