package dev.traitflow.core.trait;

import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Builds events for tests: {@code track("Login").at("2025-03-01T10:00:00Z").with("{...}")}. */
public record EventBuilder(
    EventType type,
    String name,
    String messageId,
    long timestamp,
    long receivedAt,
    String source,
    @Nullable String title,
    @Nullable String category,
    String properties,
    String traits,
    String context) {

  public static EventBuilder track(String name) {
    return of(EventType.TRACK, name);
  }

  public static EventBuilder page(@Nullable String title, String category) {
    EventBuilder page = of(EventType.PAGE, "Page Viewed");
    return new EventBuilder(page.type, page.name, "m", 0, 0, "web", title, category, "", "", "");
  }

  public static EventBuilder screen(String title) {
    EventBuilder screen = of(EventType.SCREEN, "Screen Viewed");
    return new EventBuilder(screen.type, screen.name, "m", 0, 0, "web", title, null, "", "", "");
  }

  public static EventBuilder identify(String traits) {
    return new EventBuilder(EventType.IDENTIFY, "", "m", 0, 0, "web", null, null, "", traits, "");
  }

  public static EventBuilder write(String writer, String traits) {
    return new EventBuilder(EventType.WRITE, writer, "m", 0, 0, "v1", null, null, "", traits, "");
  }

  public static EventBuilder of(EventType type, String name) {
    return new EventBuilder(type, name, "m", 0, 0, "web", null, null, "", "", "");
  }

  public EventBuilder id(String id) {
    return new EventBuilder(
        type,
        name,
        id,
        timestamp,
        receivedAt,
        source,
        title,
        category,
        properties,
        traits,
        context);
  }

  public EventBuilder at(String instant) {
    return at(Instant.parse(instant).toEpochMilli());
  }

  public EventBuilder at(long instant) {
    return new EventBuilder(
        type,
        name,
        messageId,
        instant,
        receivedAt,
        source,
        title,
        category,
        properties,
        traits,
        context);
  }

  public EventBuilder received(long instant) {
    return new EventBuilder(
        type,
        name,
        messageId,
        timestamp,
        instant,
        source,
        title,
        category,
        properties,
        traits,
        context);
  }

  public EventBuilder with(String json) {
    return new EventBuilder(
        type,
        name,
        messageId,
        timestamp,
        receivedAt,
        source,
        title,
        category,
        json,
        traits,
        context);
  }

  public EventBuilder in(String json) {
    return new EventBuilder(
        type,
        name,
        messageId,
        timestamp,
        receivedAt,
        source,
        title,
        category,
        properties,
        traits,
        json);
  }

  public Event build() {
    return new Event(
        type,
        messageId,
        timestamp,
        receivedAt,
        source,
        name,
        "u1",
        null,
        null,
        null,
        title,
        category,
        bytes(properties),
        bytes(traits),
        bytes(context));
  }

  public EventFields fields() {
    return new EventFields(build());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
