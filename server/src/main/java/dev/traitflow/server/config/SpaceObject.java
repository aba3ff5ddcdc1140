package dev.traitflow.server.config;

/**
 * An object of a space by its name.
 *
 * @param list the list it is in
 * @param key what names it there
 * @param listed whether the file has that list
 */
public record SpaceObject(SpaceList list, String key, boolean listed) {}
