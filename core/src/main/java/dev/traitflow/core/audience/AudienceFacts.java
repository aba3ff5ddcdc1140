package dev.traitflow.core.audience;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What the conditions of audiences ask of one profile at one instant. */
public interface AudienceFacts {
  /** The trait's value; null if the profile does not have it now. */
  @Nullable JsonNode trait(String key);

  /** True if the profile is a member of the audience with this key. */
  boolean isMember(String audience);
}
