package dev.traitflow.server.http;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.PathTemplateMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the routes of an address. Where the same address fits a route with a literal segment and
 * one with a parameter, the literal one wins method by method: {@code POST …/traits/plan} is a plan
 * while {@code DELETE …/traits/plan} deletes the trait of that key.
 */
public final class RouteTable {
  /** Stands for a slash within a segment, and for an empty segment, when an address is matched. */
  private static final char SLASH = '\u0001';

  private static final String EMPTY = "\u0002";

  private final List<Route> routes;
  private final Map<String, RoutesOfAddress> literal = new HashMap<>();
  private final Map<String, RoutesOfAddress> prefixes = new TreeMap<>();
  private final PathTemplateMatcher<RoutesOfAddress> templates = new PathTemplateMatcher<>();

  /** The routes that an address has, by method. */
  record RoutesOfAddress(Map<HttpString, Route> byMethod) {
    /** The route of a method; HEAD is answered by GET, without the body. */
    @Nullable Route of(HttpString method) {
      Route route = byMethod.get(method.equals(Methods.HEAD) ? Methods.GET : method);
      return route != null && method.equals(Methods.HEAD) && route.changes() ? null : route;
    }

    /** The methods as the header {@code Allow} lists them. */
    String allowed() {
      List<String> names = new ArrayList<>();
      byMethod.forEach(
          (method, route) -> {
            names.add(method.toString());
            if (method.equals(Methods.GET) && !route.changes()) {
              names.add("HEAD");
            }
          });
      return String.join(", ", names);
    }

    Route any() {
      return byMethod.values().iterator().next();
    }
  }

  /**
   * A table of routes.
   *
   * @throws IllegalArgumentException if two have the same method and address
   */
  public RouteTable(Collection<Route> routes) {
    this.routes = List.copyOf(routes);
    Map<List<String>, Map<HttpString, Route>> byShape = new LinkedHashMap<>();
    for (Route route : routes) {
      Route other =
          byShape
              .computeIfAbsent(shape(route), unseen -> new LinkedHashMap<>())
              .putIfAbsent(route.method(), route);
      if (other != null) {
        throw new IllegalArgumentException(route + ": got also " + other + " (expected one)");
      }
    }
    byShape.forEach((shape, own) -> add(shape, withLessSpecific(shape, own, byShape)));
  }

  private void add(List<String> shape, RoutesOfAddress entry) {
    String path = "/" + String.join("/", shape);
    if (entry.any().address().isOpen()) {
      prefixes.put(path.substring(0, path.length() - 1), entry);
    } else {
      templates.add(path, entry);
      if (entry.byMethod().values().stream().allMatch(RouteTable::isLiteral)) {
        literal.put(path, entry);
      }
    }
  }

  /** Every route, in the order of the table. */
  List<Route> all() {
    return routes;
  }

  /**
   * The routes of an address as it came, found without decoding it; null if they must be looked for
   * by {@link #find}.
   */
  @Nullable RoutesOfAddress findRaw(String rawPath) {
    int end = rawPath.length() > 1 && rawPath.endsWith("/") ? rawPath.length() - 1 : -1;
    RoutesOfAddress found = literal.get(end < 0 ? rawPath : rawPath.substring(0, end));
    if (found != null) {
      return found;
    }
    for (Map.Entry<String, RoutesOfAddress> prefix : prefixes.entrySet()) {
      if (rawPath.startsWith(prefix.getKey())) {
        return prefix.getValue();
      }
    }
    return null;
  }

  /** The routes of an address, given its decoded segments; null if there are none. */
  @Nullable RoutesOfAddress find(List<String> path) {
    StringBuilder joined = new StringBuilder();
    for (String segment : path) {
      joined.append('/').append(segment.isEmpty() ? EMPTY : segment.replace('/', SLASH));
    }
    PathTemplateMatcher.PathMatchResult<RoutesOfAddress> match =
        templates.match(joined.isEmpty() ? "/" : joined.toString());
    return match == null ? null : match.getValue();
  }

  /** Parameters by their places, since their names do not matter for matching. */
  private static List<String> shape(Route route) {
    List<String> shape = new ArrayList<>();
    for (String segment : route.address().segments()) {
      shape.add(isParameter(segment) ? "{" + shape.size() + "}" : segment);
    }
    return shape;
  }

  private static boolean isLiteral(Route route) {
    return route.address().segments().stream().noneMatch(RouteTable::isParameter);
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  private static RoutesOfAddress withLessSpecific(
      List<String> shape,
      Map<HttpString, Route> own,
      Map<List<String>, Map<HttpString, Route>> all) {
    Map<HttpString, Route> methods = new LinkedHashMap<>(own);
    all.forEach(
        (other, theirs) -> {
          if (isLessSpecific(other, shape)) {
            theirs.forEach(methods::putIfAbsent);
          }
        });
    return new RoutesOfAddress(methods);
  }

  private static boolean isLessSpecific(List<String> other, List<String> shape) {
    if (other.size() != shape.size() || other.equals(shape)) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      if (!isParameter(other.get(i)) && !other.get(i).equals(shape.get(i))) {
        return false;
      }
    }
    return true;
  }
}
