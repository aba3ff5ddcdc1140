package dev.traitflow.core.delivery;

import dev.traitflow.core.identity.Identifier;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom one call is about: the identifiers it carries, each empty if it carries none.
 *
 * @param userId the user id
 * @param email the email address
 * @param anonymousId the anonymous id
 */
public record Recipient(String userId, String email, String anonymousId) {

  /**
   * Pairs the identifiers of a profile into calls: each email carries the first user id, each
   * further user id has a call of its own; without both, each anonymous id has one.
   *
   * @param oldestFirst the identifiers in the order they were created in
   * @param anonymous true if profiles without user id and email get calls
   */
  public static List<Recipient> of(List<Identifier> oldestFirst, boolean anonymous) {
    List<String> userIds = values(oldestFirst, Identifier.USER_ID);
    List<String> emails = values(oldestFirst, Identifier.EMAIL);
    List<Recipient> recipients = new ArrayList<>();
    String first = userIds.isEmpty() ? "" : userIds.get(0);
    emails.forEach(email -> recipients.add(new Recipient(first, email, "")));
    for (String userId : emails.isEmpty() || first.isEmpty() ? userIds : tail(userIds)) {
      recipients.add(new Recipient(userId, "", ""));
    }
    if (recipients.isEmpty() && anonymous) {
      values(oldestFirst, Identifier.ANONYMOUS_ID)
          .forEach(id -> recipients.add(new Recipient("", "", id)));
    }
    return recipients;
  }

  private static List<String> tail(List<String> values) {
    return values.subList(1, values.size());
  }

  private static List<String> values(List<Identifier> identifiers, String type) {
    return identifiers.stream()
        .filter(id -> id.collection().equals(Identifier.USERS) && id.type().equals(type))
        .map(Identifier::value)
        .toList();
  }
}
