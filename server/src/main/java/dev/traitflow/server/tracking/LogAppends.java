package dev.traitflow.server.tracking;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The records one request appends: those of a space together, one space after the other. */
public final class LogAppends {
  private final EventLog log;
  private final Map<String, List<LogRecord>> bySpace = new LinkedHashMap<>();
  private boolean hasCalls;

  LogAppends(EventLog log) {
    this.log = log;
  }

  /** A call, whatever the job will make of it. */
  void add(LogRecord call) {
    hasCalls = true;
    append(call);
  }

  /** A note of calls that are dropped: no reader waits for it. */
  void addDropped(LogRecord note) {
    append(note);
  }

  private void append(LogRecord record) {
    bySpace.computeIfAbsent(record.space(), unseen -> new ArrayList<>()).add(record);
  }

  /** Appends all; done when all are durable, with the token of where they lie, empty for none. */
  CompletableFuture<String> append() {
    if (bySpace.size() == 1) {
      Map.Entry<String, List<LogRecord>> only = bySpace.entrySet().iterator().next();
      return log.appendAll(only.getValue())
          .thenApply(offset -> token(new TreeMap<>(Map.of(log.partition(only.getKey()), offset))));
    }
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    List<CompletableFuture<?>> parts = new ArrayList<>();
    bySpace.forEach(
        (space, records) ->
            parts.add(
                log.appendAll(records)
                    .thenAccept(
                        offset -> {
                          synchronized (offsets) {
                            offsets.merge(log.partition(space), offset, Math::max);
                          }
                        })));
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> token(offsets));
  }

  private String token(SortedMap<Integer, Long> offsets) {
    return hasCalls && !offsets.isEmpty() ? new LogToken(offsets).text() : "";
  }
}
