package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.text.Decimals;

/** Adds numbers exactly. */
record Sum() implements Calculation<Total> {
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
  public String result(Total total) {
    return Decimals.text(total.sum());
  }

  @Override
  public Codec<Total> codec() {
    return Total.CODEC;
  }
}
