package dev.traitflow.core.identity;

/**
 * A value that belongs to at most one canonical profile.
 *
 * @param collection {@code users} or {@code accounts}
 * @param type such as {@code user_id}, {@code email}, {@code anonymous_id}
 * @param value normalised: trimmed, emails in lower case
 */
public record Identifier(String collection, String type, String value) {
  public static final String USERS = "users";
  public static final String ACCOUNTS = "accounts";
  public static final String USER_ID = "user_id";
  public static final String EMAIL = "email";
  public static final String ANONYMOUS_ID = "anonymous_id";
  public static final String GROUP_ID = "group_id";

  /** An identifier of a user profile. */
  public static Identifier ofUser(String type, String value) {
    return new Identifier(USERS, type, value);
  }

  @Override
  public String toString() {
    return collection + "/" + type + ":" + value;
  }
}
