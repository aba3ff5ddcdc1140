package dev.traitflow.server.http;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.List;

/**
 * A route of the Profile API, with its place below a collection of a space.
 *
 * @param method the method it takes
 * @param template the route below a collection, parameters in braces
 * @param segments the template's
 */
record ProfileRoute(HttpString method, String template, List<String> segments) {
  static final ProfileRoute BATCH = post("profiles:batch");
  static final ProfileRoute BULK = post("profiles/bulk");

  /** All of them, in the order in which the first that fits is taken. */
  static final List<ProfileRoute> ALL =
      List.of(
          BATCH,
          BULK,
          get("profiles/{id}"),
          get("profiles/{id}/traits"),
          get("profiles/{id}/external_ids"),
          get("profiles/{id}/events"),
          get("profiles/{id}/metadata"),
          get("profiles/{id}/links"),
          get("profiles/{id}/traits/{key}/why"),
          post("profiles/{id}/external_ids/delete"));

  /** How many segments a path has before a route's own. */
  static final int BEFORE = 5;

  private static ProfileRoute get(String template) {
    return new ProfileRoute(Methods.GET, template, List.of(template.split("/")));
  }

  private static ProfileRoute post(String template) {
    return new ProfileRoute(Methods.POST, template, List.of(template.split("/")));
  }

  /** The last segment, which names what of a profile is asked for; empty for the whole. */
  String leaf() {
    String last = segments.get(segments.size() - 1);
    return last.startsWith("{") ? "" : last;
  }

  /** True if a path has this route's segments. */
  boolean fits(List<String> path) {
    if (path.size() != BEFORE + segments.size() || !path.get(3).equals("collections")) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (!segment.startsWith("{") && !segment.equals(path.get(BEFORE + i))) {
        return false;
      }
    }
    return true;
  }
}
