package dev.traitflow.server.store.read;

/**
 * A moment of the past that a read is about.
 *
 * @param at events up to this instant count, and windows end at it; epoch milliseconds
 * @param known true if only what had been received by then counts, too
 * @param slow true if a long history may be read all the same
 */
public record PastInstant(long at, boolean known, boolean slow) {}
