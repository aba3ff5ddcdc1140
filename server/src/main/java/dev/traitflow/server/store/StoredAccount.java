package dev.traitflow.server.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.JsonTree;
import org.jspecify.annotations.Nullable;

/**
 * An account as its history needs it: its group id, and who its users are now. Their traits are
 * those shown now, also when the past is asked for.
 */
final class StoredAccount implements ActingUsers {
  private final ProfileView view;
  private final String space;
  private final Identifier identifier;

  /** The account of this profile id; one that never was has no events either. */
  StoredAccount(ProfileView view, String space, String profile) {
    this.view = view;
    this.space = space;
    this.identifier =
        view.identifiers(space, profile).stream()
            .map(StoredIdentifier::identifier)
            .findFirst()
            .orElse(new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, ""));
  }

  /** The event of a user as the account sees it. */
  Event event(ResolvedEvent resolved) {
    return ResolvedEvent.ofAccount(
            space, resolved.profile(), resolved.sequence(), resolved.event(), identifier)
        .accountEvent();
  }

  @Override
  public String canonical(String user) {
    return view.canonical(space, user).orElse(user);
  }

  @Override
  public @Nullable JsonNode trait(String user, String key) {
    for (TraitValue value : view.traits(space, user)) {
      byte[] json = value.json();
      if (value.key().equals(key) && json != null) {
        return JsonTree.parse(json);
      }
    }
    return null;
  }
}
