package dev.traitflow.core.trait;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What is known now of the users whose events an account's history holds. It is no part of any
 * accumulator: a user's trait changes without an event of the account, and then only results
 * change.
 */
@FunctionalInterface
public interface ActingUsers {
  /** Nothing is known of anyone: a user's own history has no other users. */
  ActingUsers UNKNOWN = (user, key) -> null;

  /** The trait's value now; null if the user has none. The user's id is a canonical one. */
  @Nullable JsonNode trait(String user, String key);

  /** The canonical id of a user who may have been merged away since the event was stored. */
  default String canonical(String user) {
    return user;
  }
}
