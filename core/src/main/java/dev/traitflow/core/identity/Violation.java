package dev.traitflow.core.identity;

import dev.traitflow.core.text.Utf8;
import java.util.List;

/**
 * A rule that kept an identifier or a merge from taking effect.
 *
 * @param text one of the texts below
 * @param identifier the identifier it is about; of a malformed external id, what could be read
 * @param messageId messageId of the event; empty if an order of an operator broke the rule
 * @param rule the rule in words, such as {@code user_id limit 1}; empty where the text says it all;
 *     cut at 1,000 characters
 * @param profiles canonical ids of the profiles that the event would have joined; empty for values
 *     that are no identifiers
 */
public record Violation(
    String text, Identifier identifier, String messageId, String rule, List<String> profiles) {
  public static final String VALUE_LIMIT = "Identifier value limit exceeded";
  public static final String VALUE_TIME_LIMIT = "Identifier value time limit exceeded";
  public static final String BLOCKED = "ID value blocked";
  public static final String MERGE_LIMIT = "Profile merge limit exceeded";
  public static final String MAPPING_LIMIT = "Identifier mapping limit exceeded";
  public static final String INVALID_EXTERNAL_ID = "invalid_external_id";
  public static final String TOO_LONG = "Identifier too long";

  /** A character of the value was lost on its way: strangers' values may read the same now. */
  public static final String BROKEN = "Identifier has a broken character";

  /** The event would have joined again what an unmerge took apart. */
  public static final String KEPT_APART = "Profiles kept apart since their unmerge";

  /** The message when an event is refused because nothing identifies its sender. */
  public static final String NO_IDENTIFIERS = "No matching identifiers on event";

  private static final int RULE_CHARS_MAX = 1_000;

  /**
   * A value that is no identifier: it concerns no profile, and is kept only so far as it is short.
   */
  static Violation ofValue(String text, Identifier identifier, String messageId, String rule) {
    return new Violation(text, identifier.shortened(), messageId, rule, List.of());
  }

  public Violation {
    rule = Utf8.cut(rule, RULE_CHARS_MAX);
    profiles = List.copyOf(profiles);
  }
}
