/** The Profile API: profiles as they are or were, for holders of a space's token. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.profileapi;
