package dev.traitflow.core.trait;

/**
 * A JSON number too long or too large to be numeric here; its text is the literal as sent.
 *
 * @param text the literal
 */
record NumberLiteral(String text) {}
