package dev.traitflow.server.tracking;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routes below {@code /v1/} that take calls, and the calls they take. */
public enum TrackingRoute {
  IDENTIFY("identify"),
  I("identify"),
  TRACK("track"),
  T("track"),
  PAGE("page"),
  P("page"),
  SCREEN("screen"),
  S("screen"),
  GROUP("group"),
  G("group"),
  ALIAS("alias"),
  A("alias"),
  BATCH(""),
  B(""),
  IMPORT(""),
  /** What a browser library measures about itself: answered, and dropped unread. */
  M("");

  private static final Map<String, TrackingRoute> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toMap(TrackingRoute::routeName, Function.identity()));

  private final String type;

  TrackingRoute(String type) {
    this.type = type;
  }

  /** The route of {@code /v1/name}, null if that takes no calls. */
  static @Nullable TrackingRoute of(String name) {
    return BY_NAME.get(name);
  }

  /** The type of its calls, empty if each says its own. */
  String type() {
    return type;
  }

  /** One sentence for the OpenAPI document. */
  String summary() {
    if (this == M) {
      return "Drops what a browser library measures about itself";
    }
    return isBatch() ? "Takes many calls" : "Takes one " + type + " call";
  }

  boolean isBatch() {
    return type.isEmpty();
  }

  /** True for the short names, which only the browser library uses. */
  boolean isBrowsers() {
    return name().length() == 1;
  }

  /** The last part of its address. */
  String routeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
