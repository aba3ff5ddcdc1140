package dev.traitflow.server.config;

import dev.traitflow.core.definition.Kind;

/**
 * An object of a space by its name.
 *
 * @param kind what it is
 * @param key what names it there
 * @param listed whether the file has that list
 */
public record SpaceObject(Kind<?> kind, String key, boolean listed) {}
