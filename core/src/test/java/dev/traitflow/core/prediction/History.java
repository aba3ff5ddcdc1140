package dev.traitflow.core.prediction;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A history that tests write down in days since a Monday. */
final class History {
  /** A Monday, midnight UTC. */
  static final long MONDAY = Instant.parse("2025-01-06T00:00:00Z").toEpochMilli();

  private final List<Event> events = new ArrayList<>();

  static long day(double day) {
    return MONDAY + Math.round(day * PredictionDefinition.DAY);
  }

  History track(String name, double day) {
    return track(name, day, "");
  }

  History track(String name, double day, String properties) {
    return add(EventType.TRACK, name, day, properties);
  }

  /** An identify call with traits. */
  History identify(double day, String traits) {
    return add(EventType.IDENTIFY, "", day, "", traits);
  }

  History add(EventType type, String name, double day, String properties) {
    return add(type, name, day, properties, "");
  }

  private History add(EventType type, String name, double day, String properties, String traits) {
    String id = String.format("m%04d", events.size());
    byte[] json = properties.getBytes(StandardCharsets.UTF_8);
    events.add(
        new Event(
            type,
            id,
            day(day),
            day(day),
            "web",
            name,
            "u",
            null,
            null,
            null,
            null,
            null,
            json,
            traits.getBytes(StandardCharsets.UTF_8),
            Event.NONE));
    return this;
  }

  List<Event> events() {
    return events.stream().sorted(Event.HISTORY_ORDER).toList();
  }
}
