/**
 * Definitions of spaces: read from files, kept in the log and in the topic {@code spaces}, looked
 * up by id, write key and token. Start at {@link dev.traitflow.server.config.SpaceRegistry}.
 */
@NullMarked
package dev.traitflow.server.config;

import org.jspecify.annotations.NullMarked;
