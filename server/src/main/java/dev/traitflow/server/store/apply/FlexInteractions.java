package dev.traitflow.server.store.apply;

import dev.traitflow.core.event.FlexAlias;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.server.store.rows.Tables;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Notes which spaces have received an interaction of a contact center. One thread. */
final class FlexInteractions {
  private final WriteBatch batch;
  private final Set<String> noted = new HashSet<>();

  FlexInteractions(WriteBatch batch) {
    this.batch = batch;
  }

  /** Notes the event's space if it is the first interaction seen since the start. */
  void see(ResolvedEvent resolved) throws RocksDBException {
    if (FlexAlias.appliesTo(resolved.event().name()) && noted.add(resolved.space())) {
      batch.put(
          Tables.Spaces.flex(resolved.space()),
          resolved.event().messageId().getBytes(StandardCharsets.UTF_8));
    }
  }
}
