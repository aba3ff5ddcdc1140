package dev.traitflow.jobs.history;

import dev.traitflow.core.topic.ResolvedEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whose the events in an account's history are. While a profile is merged or taken apart, an event
 * is sent by the user it was of and by the one it is of now, over edges of different length. So it
 * is kept once for each user that sent it and counted once, until one of the two has left (decision
 * 0021).
 */
public final class AccountEvents {
  private AccountEvents() {}

  /** What an event that comes is to an account. */
  public enum Arrival {
    /** It is not there. */
    NEW,
    /** It is there as this user's: it was sent again. */
    KNOWN,
    /** It is there as another user's, and counted as that. */
    SHARED,
    /** The same, but this user's came before the other's in the log, and is the one to count. */
    EARLIER
  }

  /** What an event is to the history. Cost: that of finding it. */
  public static Arrival of(ResolvedEvent resolved, KeyedProfileStore history) {
    List<StoredEvent> stored =
        history.all(resolved.event().timestamp(), resolved.event().messageId());
    if (stored.isEmpty()) {
      return Arrival.NEW;
    }
    AccountUsers users = history.accountUsers();
    String user = users.canonical(resolved.profile());
    for (StoredEvent each : stored) {
      if (users.canonical(each.profile()).equals(user)) {
        return Arrival.KNOWN;
      }
    }
    return resolved.sequence() < stored.get(0).sequence() ? Arrival.EARLIER : Arrival.SHARED;
  }

  /** Those of the events of a chunk that are still some user's, each once for a user. */
  static List<StoredEvent> staying(HistoryChunk chunk, AccountUsers users) {
    List<StoredEvent> staying = new ArrayList<>();
    Set<String> owners = new HashSet<>();
    for (int i = 0; i < chunk.size(); i++) {
      StoredEvent event = chunk.get(i);
      if (!chunk.isRepeated(i)) {
        owners.clear();
      }
      String user = users.canonical(event.profile());
      if (owners.add(user) && !users.isGone(user)) {
        staying.add(event);
      }
    }
    return staying;
  }
}
