package dev.traitflow.server.questions;

import dev.traitflow.core.identity.HeapIdentityStore;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentityGraph;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.OrderRefusedException;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.server.store.read.ProfileView;
import java.util.List;
import java.util.Optional;

/**
 * Tries an order to make profiles one on a copy of what the store knows of them, by the graph that
 * the lane decides with. The lane alone decides: an event or other rules that reach it first may
 * still change the answer, which the log of decisions then has.
 */
public final class JoinTrial {
  private JoinTrial() {}

  /**
   * Why the order would be refused; empty if it would be carried out.
   *
   * @param rules the newest rules of the space
   * @param identifiers of users
   * @param at the clock, epoch milliseconds: windows of limits end there
   */
  public static Optional<Insight.Refused> refusal(
      ProfileView view, String space, IdentityRules rules, List<Identifier> identifiers, long at) {
    HeapIdentityStore copy = new HeapIdentityStore();
    for (Identifier identifier : identifiers) {
      view.resolve(space, identifier)
          .filter(profile -> copy.profile(profile) == null)
          .ifPresent(profile -> copy(view, space, profile, copy));
    }
    try {
      new IdentityGraph(rules, copy).join(identifiers, at, 0);
      return Optional.empty();
    } catch (OrderRefusedException refused) {
      return Optional.of(refused.refusal());
    }
  }

  private static void copy(ProfileView view, String space, String profile, HeapIdentityStore copy) {
    List<Mapping> mappings =
        view.identifiers(space, profile).stream()
            .map(
                known ->
                    new Mapping(
                        known.identifier(),
                        known.createdAt(),
                        known.firstMessageId(),
                        known.source()))
            .toList();
    mappings.forEach(mapping -> copy.setOwner(mapping.identifier(), profile));
    List<String> merges = view.insights(space).merges(profile).stream().map(Merge::id).toList();
    copy.put(new ProfileNode(profile, 0, merges, mappings, List.of(profile), List.of(), List.of()));
  }
}
