package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.DiscardReason;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls that were discarded at the door and never reached the log, by reason and space,
 * since the start. Those the job refuses are counted by the job.
 */
final class Discards {
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** Counts {@code calls} more. */
  void add(DiscardReason reason, String space, int calls) {
    counts.computeIfAbsent(reason.code() + "/" + space, name -> new LongAdder()).add(calls);
  }

  /** Writes the counts into {@code node}. */
  void writeTo(ObjectNode node) {
    new TreeMap<>(counts).forEach((name, count) -> node.put(name, count.sum()));
  }
}
