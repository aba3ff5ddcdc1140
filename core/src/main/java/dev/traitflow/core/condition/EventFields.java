package dev.traitflow.core.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.json.JsonTree;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one event, each JSON object parsed when it is first asked for and only once, so
 * that the traits of an event share one parse. Not thread-safe.
 */
public final class EventFields {
  private final Event event;
  private @Nullable JsonNode properties;
  private @Nullable JsonNode context;
  private @Nullable JsonNode traits;

  /** Views {@code event}; nothing is parsed yet. */
  public EventFields(Event event) {
    this.event = event;
  }

  /** The event itself. */
  public Event event() {
    return event;
  }

  /**
   * The value of a top-level property, or null if missing. A page call's name and category and a
   * screen call's name are readable as properties too, and go before properties so named.
   */
  public @Nullable JsonNode property(String name) {
    String synthetic = synthetic(name);
    return synthetic == null ? properties().get(name) : TextNode.valueOf(synthetic);
  }

  /** The object {@code properties}; a missing node if the event has none. */
  public JsonNode properties() {
    if (properties == null) {
      properties = JsonTree.parse(event.properties());
    }
    return properties;
  }

  /** The object {@code context}; a missing node if the event has none. */
  public JsonNode context() {
    if (context == null) {
      context = JsonTree.parse(event.context());
    }
    return context;
  }

  /** The object {@code traits}; a missing node if the event has none. */
  public JsonNode traits() {
    if (traits == null) {
      traits = JsonTree.parse(event.traits());
    }
    return traits;
  }

  private @Nullable String synthetic(String name) {
    if (event.type() == EventType.PAGE) {
      return switch (name) {
        case "page_name" -> event.title();
        case "page_category" -> event.category();
        default -> null;
      };
    }
    return event.type() == EventType.SCREEN && name.equals("screen_name") ? event.title() : null;
  }
}
