package dev.traitflow.core.identity;

/**
 * A rule that kept an identifier or a merge from taking effect.
 *
 * @param text one of the texts below
 * @param identifier the identifier it is about; of a malformed external id, what could be read
 * @param messageId messageId of the event
 */
public record Violation(String text, Identifier identifier, String messageId) {
  public static final String VALUE_LIMIT = "Identifier value limit exceeded";
  public static final String VALUE_TIME_LIMIT = "Identifier value time limit exceeded";
  public static final String BLOCKED = "ID value blocked";
  public static final String MERGE_LIMIT = "Profile merge limit exceeded";
  public static final String MAPPING_LIMIT = "Identifier mapping limit exceeded";
  public static final String INVALID_EXTERNAL_ID = "invalid_external_id";

  /** The message when an event is refused because nothing identifies its sender. */
  public static final String NO_IDENTIFIERS = "No matching identifiers on event";
}
