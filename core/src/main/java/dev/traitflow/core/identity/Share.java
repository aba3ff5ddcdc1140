package dev.traitflow.core.identity;

/**
 * Part of a history: what of the events kept under one id is another profile's since an unmerge.
 *
 * @param history the id the events are kept under
 * @param owner the id that these events of the history name as their profile
 */
public record Share(String history, String owner) {}
