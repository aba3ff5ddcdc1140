/**
 * Who may call: the operator's token, tokens of spaces, write keys that may replay, and the names
 * of this server.
 */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.access;
