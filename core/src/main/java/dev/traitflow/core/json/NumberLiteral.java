package dev.traitflow.core.json;

/**
 * A JSON number too long or too large to be numeric here; its text is the literal as sent.
 *
 * @param text the literal
 */
public record NumberLiteral(String text) {}
