package dev.traitflow.server.debugger;

import dev.traitflow.core.event.DiscardReason;

/**
 * Why a call, or a part of it, was not taken.
 *
 * @param reason the discard code
 * @param message the sentence
 */
public record Refusal(DiscardReason reason, String message) {

  /**
   * The member of the call that is wrong, {@code body} if it is the whole; empty if none is named.
   * Sentences begin with it: {@code userId, anonymousId: got neither (expected at least one)}.
   */
  public String field() {
    return switch (reason) {
      case DUPLICATE -> "messageId";
      case SOURCE_DISABLED, NO_MATCHING_IDENTIFIERS -> "";
      default -> beforeColon();
    };
  }

  private String beforeColon() {
    int colon = message.indexOf(": ");
    String names = colon < 0 ? "" : message.substring(0, colon);
    int comma = names.indexOf(',');
    String first = comma < 0 ? names : names.substring(0, comma);
    return first.indexOf(' ') < 0 ? first : "";
  }
}
