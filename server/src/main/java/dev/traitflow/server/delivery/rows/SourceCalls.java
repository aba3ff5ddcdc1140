package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.delivery.IntegrationsObject;
import dev.traitflow.core.delivery.Recipient;
import dev.traitflow.core.delivery.SourcePayload;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.server.store.rows.RowStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Adds the calls that tell destinations of the events of sources to the batch that holds the event
 * itself and the offset of its record: so a crash neither loses a call nor makes one twice. An
 * event that is in the rows already was told: the job repeats records when it goes back to a
 * checkpoint. One thread, that of the applier.
 *
 * <p>Such a call waits among the others without a profile, since a merge must not drop it, and
 * under its messageId in place of a key, since no later one makes it obsolete.
 */
public final class SourceCalls {
  private final RowStore rows;
  private final WriteBatch batch;
  private final DeliveryStore deliveries;
  private final Set<ByteBuffer> inBatch = new HashSet<>();
  private final Map<String, Long> filteredInBatch = new HashMap<>();
  private volatile Map<Origin, List<DestinationDefinition>> wanted = Map.of();

  private record Origin(String space, String source) {}

  /** Adds calls to {@code batch}, numbered by {@code deliveries}; none before {@link #watch}. */
  public SourceCalls(RowStore rows, WriteBatch batch, DeliveryStore deliveries) {
    this.rows = rows;
    this.batch = batch;
    this.deliveries = deliveries;
  }

  /** From now on the events go where these definitions say. */
  public void watch(Collection<SpaceDefinition> spaces) {
    Map<Origin, List<DestinationDefinition>> bySource = new HashMap<>();
    for (SpaceDefinition space : spaces) {
      for (DestinationDefinition destination : space.destinations()) {
        for (String source : destination.enabled() ? destination.sources() : List.<String>of()) {
          bySource
              .computeIfAbsent(new Origin(space.id(), source), unseen -> new ArrayList<>())
              .add(destination);
        }
      }
    }
    wanted = Map.copyOf(bySource);
  }

  /** An event is about to be put under {@code row}; one that was moved there is none to be told. */
  public void arrived(ResolvedEvent resolved, byte[] row) throws RocksDBException {
    Event event = resolved.event();
    List<DestinationDefinition> destinations =
        wanted.getOrDefault(new Origin(resolved.space(), event.source()), List.of());
    if (destinations.isEmpty()
        || event.type() == EventType.WRITE
        || !inBatch.add(ByteBuffer.wrap(row))
        || rows.get(row) != null) {
      return;
    }
    IntegrationsObject meant = IntegrationsObject.of(event.integrations());
    byte[] payload = SourcePayload.call(event);
    for (DestinationDefinition destination : destinations) {
      if (meant.allows(destination.name())) {
        PendingCall call = call(resolved, destination, payload);
        batch.put(DeliveryTables.Pending.key(call), PendingCall.CODEC.encode(call));
      } else {
        filteredInBatch.merge(destination.id(), 1L, Long::sum);
      }
    }
  }

  /** The batch is about to be written: the counts belong to it. */
  public void complete() throws RocksDBException {
    for (Map.Entry<String, Long> more : filteredInBatch.entrySet()) {
      String reason = IntegrationsObject.FILTERED;
      long before = deliveries.filtered(more.getKey()).getOrDefault(reason, 0L);
      batch.put(
          DeliveryTables.Filtered.key(more.getKey(), reason),
          DeliveryTables.Filtered.encode(before + more.getValue()));
    }
    filteredInBatch.clear();
    inBatch.clear();
  }

  private PendingCall call(
      ResolvedEvent resolved, DestinationDefinition destination, byte[] payload) {
    String messageId = resolved.event().messageId();
    return new PendingCall(
        resolved.space(),
        destination.id(),
        "",
        messageId,
        new Recipient("", "", ""),
        deliveries.nextCall(),
        messageId,
        payload,
        0,
        0,
        0);
  }
}
