package dev.traitflow.core.definition;

/**
 * An object and its place in a definition.
 *
 * @param place the path of the object without a slash before it: {@code traits/0}
 * @param object the object as read
 */
public record Listed<T>(String place, T object) {}
