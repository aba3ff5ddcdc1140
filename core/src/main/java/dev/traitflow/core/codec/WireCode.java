package dev.traitflow.core.codec;

/**
 * A constant of an enum that is written as one byte. The byte is the constant's for good, whatever
 * place it has among the others: the bytes lie in topics and in state. The code of a constant that
 * goes is never given again.
 */
public interface WireCode {

  /** The byte, 0 to 255; no two constants of an enum have the same. */
  int wireCode();
}
