package dev.traitflow.server.store.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileStore;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.server.store.rows.StoredIdentifier;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stored history of one profile and all merged into it, as core's engine folds it. It is read
 * once when it is opened; a short one stays on the heap, because a fold scans it more than once,
 * and a long one is read from the store again each time, so that memory stays bounded.
 *
 * <p>It lives as long as the view it reads. Not thread-safe.
 */
public final class StoredHistory implements ProfileStore {
  /** More events are read only by who says that it may be slow. */
  public static final long EVENTS_MAX = 100_000;

  private static final int HEAP_EVENTS_MAX = 10_000;

  private final ProfileView view;
  private final String space;
  private final String profile;
  private final long until;
  private final Predicate<Event> wanted;
  private final @Nullable Identifier account;
  private final @Nullable HeapProfileStore heap;
  private long eventsRead;
  private long eventsWanted;

  private StoredHistory(
      ProfileView view,
      String space,
      String profile,
      long until,
      Predicate<Event> wanted,
      long eventsMax) {
    this.view = view;
    this.space = space;
    this.profile = profile;
    this.until = until;
    this.wanted = wanted;
    this.account = ProfileIds.isAccount(profile) ? account(view, space, profile) : null;
    HeapProfileStore onHeap = new HeapProfileStore();
    view.events(
        space,
        profile,
        0,
        behind(until),
        true,
        resolved -> {
          if (++eventsRead > eventsMax) {
            throw new HistoryTooLongException(eventsMax);
          }
          if (wanted.test(resolved.event()) && ++eventsWanted <= HEAP_EVENTS_MAX) {
            onHeap.append(event(resolved));
          }
          return true;
        });
    heap = eventsWanted <= HEAP_EVENTS_MAX ? onHeap : null;
  }

  /** Everything stored of a canonical profile. */
  public static StoredHistory of(ProfileView view, String space, String profile) {
    return new StoredHistory(view, space, profile, Long.MAX_VALUE, event -> true, Long.MAX_VALUE);
  }

  /** The events of some names alone: enough to compute traits of them, and nothing else. */
  public static StoredHistory ofNames(
      ProfileView view, String space, String profile, Set<String> names) {
    return new StoredHistory(
        view,
        space,
        profile,
        Long.MAX_VALUE,
        event -> names.contains(event.name()),
        Long.MAX_VALUE);
  }

  /**
   * What of it lies before a moment.
   *
   * @throws HistoryTooLongException if that is more than {@link #EVENTS_MAX} and may not be slow
   */
  public static StoredHistory at(ProfileView view, String space, String profile, PastInstant past) {
    return new StoredHistory(
        view,
        space,
        profile,
        past.at(),
        event -> !past.known() || event.receivedAt() <= past.at(),
        past.slow() ? Long.MAX_VALUE : EVENTS_MAX);
  }

  /** How many events were read to open it, wanted or not. */
  public long eventsRead() {
    return eventsRead;
  }

  /** How many events it has. */
  public long size() {
    return eventsWanted;
  }

  @Override
  public void append(Event event) {
    throw new UnsupportedOperationException("history of " + profile + ": is for reading only");
  }

  @Override
  public boolean contains(long timestamp, String messageId) {
    boolean[] found = {false};
    scan(
        timestamp - 1,
        timestamp,
        event -> {
          found[0] = event.messageId().equals(messageId);
          return !found[0];
        });
    return found[0];
  }

  @Override
  public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
    if (heap != null) {
      heap.scan(fromExclusive, toInclusive, visitor);
      return;
    }
    view.events(
        space,
        profile,
        fromExclusive + 1,
        behind(Math.min(toInclusive, until)),
        true,
        resolved -> !wanted.test(resolved.event()) || visitor.test(event(resolved)));
  }

  /** Users as they are now: their traits are no part of the account's history. */
  @Override
  public ActingUsers users() {
    return account == null ? ActingUsers.UNKNOWN : new StoredUsers(view, space);
  }

  /** The event as the profile's traits see it. */
  private Event event(ResolvedEvent resolved) {
    if (account == null) {
      return resolved.event();
    }
    return ResolvedEvent.ofAccount(
            space, resolved.profile(), resolved.sequence(), resolved.event(), account)
        .accountEvent();
  }

  private static @Nullable Identifier account(ProfileView view, String space, String profile) {
    List<StoredIdentifier> identifiers = view.identifiers(space, profile);
    return identifiers.isEmpty() ? null : identifiers.get(0).identifier();
  }

  private record StoredUsers(ProfileView view, String space) implements ActingUsers {
    @Override
    public @Nullable JsonNode trait(String user, String key) {
      TraitValue value = view.trait(space, user, key);
      byte[] json = value == null ? null : value.json();
      return json == null ? null : JsonTree.parse(json);
    }

    @Override
    public String canonical(String user) {
      return view.canonical(space, user).orElse(user);
    }
  }

  private static long behind(long timestamp) {
    return timestamp == Long.MAX_VALUE ? timestamp : timestamp + 1;
  }
}
