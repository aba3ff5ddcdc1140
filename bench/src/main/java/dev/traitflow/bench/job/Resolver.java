package dev.traitflow.bench.job;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.identity.HeapIdentityStore;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.IdentityGraph;
import dev.traitflow.core.identity.IdentityRules;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.List;
import org.apache.flink.api.common.functions.DefaultOpenContext;

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

  /** The entry, a call, as the lane sends it on. */
  public ProfileMessage resolve(LogEntry entry) {
    if (!(parse(entry).parsed() instanceof Parsed.Accepted accepted)) {
      throw new IllegalStateException("call: got " + entry.record() + " (expected a good one)");
    }
    Event event = accepted.event();
    String space = entry.record().space();
    List<Identifier> ids = extractor.extract(event).identifiers();
    String profile =
        graph
            .resolve(
                event,
                ids,
                entry.offset(),
                () -> ProfileIds.of(space, entry.partition(), entry.offset()))
            .profile();
    return ProfileMessage.event(
        ProfileMessage.profileKey(space, profile),
        entry.offset(),
        entry.record().at(),
        event.timestamp(),
        event.messageId(),
        ResolvedEvent.CODEC.encode(new ResolvedEvent(space, profile, entry.offset(), event, ids)));
  }

  /** The identifiers an event was resolved by. */
  static List<Identifier> identifiers(ProfileMessage event) {
    return ResolvedEvent.CODEC.decode(event.body()).identifiers();
  }
}
