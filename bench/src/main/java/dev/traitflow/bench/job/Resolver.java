package dev.traitflow.bench.job;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.HeapIdentityStore;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.IdentityGraph;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.List;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.jspecify.annotations.Nullable;

/**
 * Does what the lane does, before the clock starts: opponents get its answers for nothing. For logs
 * without merges.
 */
public final class Resolver {
  private final ParseCalls parser = new ParseCalls();
  private final IdentifierExtractor extractor = new IdentifierExtractor(IdentityRules.DEFAULT);
  private final IdentityGraph graph =
      new IdentityGraph(IdentityRules.DEFAULT, new HeapIdentityStore());

  /** A lane that has seen nothing. */
  public Resolver() {
    parser.open(DefaultOpenContext.INSTANCE);
  }

  /** The entry as the lane gets it. */
  public LaneInput parse(LogEntry entry) {
    return parser.map(entry);
  }

  /** The entry, a call, and what the lane says of it. */
  public Answered answer(LogEntry entry) {
    Event event = event(entry, parse(entry).parsed());
    List<Identifier> ids = extractor.extract(event).identifiers();
    String space = entry.record().space();
    String profile =
        graph
            .resolve(
                event,
                ids,
                entry.offset(),
                () -> ProfileIds.of(space, entry.partition(), entry.offset()))
            .profile();
    return new Answered(entry, profile, ids);
  }

  /** The entry, a call, as the lane sends it on. */
  public LiveEvent resolve(LogEntry entry) {
    return answer(entry).message(parse(entry).parsed());
  }

  /** The event of a good call. */
  static Event event(LogEntry entry, @Nullable Parsed parsed) {
    if (parsed instanceof Parsed.Accepted accepted) {
      return accepted.event();
    }
    throw new IllegalStateException("call: got " + entry.record() + " (expected a good one)");
  }

  /** A resolved event as the lane sends it. */
  static LiveEvent message(
      LogEntry entry, Event event, String profile, List<Identifier> identifiers) {
    String space = entry.record().space();
    return new LiveEvent(
        ProfileMessage.profileKey(space, profile),
        entry.offset(),
        entry.record().at(),
        event.timestamp(),
        event.messageId(),
        /* possibleRepeat= */ false,
        ResolvedEvent.CODEC.encode(
            new ResolvedEvent(space, profile, entry.offset(), event, identifiers)));
  }

  /** The identifiers an event was resolved by. */
  static List<Identifier> identifiers(LiveEvent event) {
    return ResolvedEvent.CODEC.decode(event.resolved()).identifiers();
  }
}
