package dev.traitflow.server.delivery;

import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.delivery.LastSent;
import dev.traitflow.core.delivery.Recipient;
import dev.traitflow.core.delivery.SpacePayload;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.delivery.rows.DeliveryMark;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.delivery.rows.PendingCall;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns marks into calls. It reads what the profile is now, compares it with what each destination
 * was told last, and writes the calls, what will have been told, and the end of the mark in one
 * batch: a crash decides again, alike, or not at all.
 */
final class Decisions {
  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final DeliveryStore store;
  private final SpaceClock clock;

  Decisions(SpaceRegistry spaces, ProfileRepository repository, SpaceClock clock) {
    this.spaces = spaces;
    this.repository = repository;
    this.store = repository.deliveries();
    this.clock = clock;
  }

  /**
   * Works on the oldest marks.
   *
   * @param below only on marks with smaller numbers
   * @param limit at most on so many
   * @return on how many
   */
  int decide(long below, int limit) {
    Map<Long, DeliveryMark> marks = store.marks(below, limit);
    marks.forEach(
        (number, mark) -> {
          if (!mark.absorbed().isEmpty()) {
            inherit(mark);
          }
          try (DeliveryStore.Work work = store.work();
              ProfileView view = repository.view()) {
            decide(mark, work, view);
            work.done(number);
            work.commit();
          }
        });
    return marks.size();
  }

  private void inherit(DeliveryMark mark) {
    try (DeliveryStore.Work work = store.work()) {
      work.inherit(mark.space(), mark.profile(), mark.absorbed());
      work.commit();
    }
  }

  private void decide(DeliveryMark mark, DeliveryStore.Work work, ProfileView view) {
    Optional<SpaceDefinition> space = spaces.find(mark.space());
    // Of a profile merged away since, the mark of the merge tells everything.
    if (space.isEmpty()
        || !view.canonical(mark.space(), mark.profile()).equals(Optional.of(mark.profile()))) {
      return;
    }
    List<Computation> wanted =
        Computation.of(space.get()).stream()
            .filter(each -> mark.key().isEmpty() || mark.key().equals(each.key()))
            .toList();
    if (wanted.isEmpty()) {
      return;
    }
    List<Identifier> identifiers =
        view.identifiers(mark.space(), mark.profile()).stream()
            .map(StoredIdentifier::identifier)
            .toList();
    Map<String, TraitValue> values = new HashMap<>();
    view.traits(mark.space(), mark.profile()).forEach(value -> values.put(value.key(), value));
    for (Computation computation : wanted) {
      TraitValue value = values.get(computation.key());
      List<Recipient> recipients = Recipient.of(identifiers, computation.anonymous());
      for (DestinationDefinition destination : computation.destinations()) {
        LastSent last =
            store.lastSent(mark.space(), mark.profile(), computation.key(), destination.id());
        LastSent.Decision decision =
            last.decide(value == null ? null : value.text(), computation.audience(), recipients);
        send(mark, computation, destination, decision, work);
      }
    }
  }

  private void send(
      DeliveryMark mark,
      Computation computation,
      DestinationDefinition destination,
      LastSent.Decision decision,
      DeliveryStore.Work work) {
    if (decision.recipients().isEmpty()) {
      return;
    }
    String key = computation.key();
    if (decision.replaces()) {
      work.supersede(mark.space(), mark.profile(), key, destination.id());
    }
    SpacePayload payload =
        new SpacePayload(
            mark.space(),
            key,
            computation.audience(),
            destination.actionOf(key),
            destination.name());
    long now = clock.now();
    for (Recipient recipient : decision.recipients()) {
      String messageId =
          payload.messageId(mark.profile(), destination.id(), recipient, decision.next().sends());
      work.putPending(
          new PendingCall(
              mark.space(),
              destination.id(),
              mark.profile(),
              key,
              recipient,
              store.nextCall(),
              messageId,
              ExactJson.write(payload.call(recipient, decision.json(), messageId, now)),
              0,
              0,
              now));
    }
    work.setLastSent(mark.space(), mark.profile(), key, destination.id(), decision.next());
  }
}
