package dev.traitflow.server.http;

import dev.traitflow.server.http.RouteTable.RoutesOfAddress;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands each request to the handler of its route and makes an answer of every failure. The address
 * is taken as it came: the decoding of identifiers is ours.
 *
 * <p>No worker thread ever waits for a body: it is received before, and only from those who may
 * send it. Seventeen connections that promise a body and send none would hold all workers of a
 * small machine otherwise.
 */
public final class Routes implements HttpHandler {
  private static final AttachmentKey<Observer> OBSERVER = AttachmentKey.create(Observer.class);

  /** Is notified of every answered request of one route, on the connection's own thread. */
  @FunctionalInterface
  public interface Observer {
    /** Does nothing. */
    Observer NONE = (status, nanos) -> {};

    /**
     * A request was answered.
     *
     * @param status what was answered
     * @param nanos from the request's head until the end of the answer
     */
    void answered(int status, long nanos);
  }

  private final Consumer<HttpServerExchange> hosts;
  private final RouteTable table;
  private final List<Area> areas;
  private final Authenticator authenticator;
  private final IdentityHashMap<Route, Observer> observers = new IdentityHashMap<>();
  private final boolean replica;

  /**
   * The routes of a server.
   *
   * @param hosts refuses requests to hosts that this server is not
   * @param areas the first that contains an address decides; the last contains all
   * @param observers who hears of the requests of a route
   * @param replica true if every route that changes something is refused
   */
  public Routes(
      Consumer<HttpServerExchange> hosts,
      RouteTable table,
      List<Area> areas,
      Authenticator authenticator,
      Function<Route, Observer> observers,
      boolean replica) {
    this.hosts = hosts;
    this.table = table;
    this.areas = List.copyOf(areas);
    this.authenticator = authenticator;
    table.all().forEach(route -> this.observers.put(route, observers.apply(route)));
    this.replica = replica;
  }

  /** On the connection's own thread, which must never be held. */
  @Override
  public void handleRequest(HttpServerExchange exchange) {
    long began = System.nanoTime();
    String rawPath = Query.rawPath(exchange);
    Area area = areaOf(rawPath);
    RequestEdge.run(
        exchange,
        area,
        () -> {
          observe(exchange, began);
          hosts.accept(exchange);
          area.begin(exchange);
          Request request = admit(exchange, rawPath, area);
          if (request != null) {
            serve(request, area);
          }
        });
  }

  /** Every route, in the order of the table. */
  public List<Route> all() {
    return table.all();
  }

  private static void observe(HttpServerExchange exchange, long began) {
    exchange.addExchangeCompleteListener(
        (ended, next) -> {
          Observer observer = ended.getAttachment(OBSERVER);
          if (observer != null) {
            observer.answered(ended.getStatusCode(), System.nanoTime() - began);
          }
          next.proceed();
        });
  }

  private Area areaOf(String rawPath) {
    for (Area area : areas) {
      if (area.contains(rawPath)) {
        return area;
      }
    }
    throw new IllegalStateException("areas: none contains " + rawPath + " (expected the last to)");
  }

  /**
   * Finds the route and checks who calls.
   *
   * @return null if the request was answered
   */
  private @Nullable Request admit(HttpServerExchange exchange, String rawPath, Area area) {
    RoutesOfAddress found = table.findRaw(rawPath);
    Query query = Query.EMPTY;
    if (found == null) {
      query = decode(exchange, rawPath, area);
      found = table.find(query.path());
    } else if (!found.any().address().isOpen()) {
      query = parameters(exchange);
    }
    if (found == null) {
      throw area.unknown(exchange, query, authenticator.check(area.access(), exchange, query));
    }
    if (exchange.getRequestMethod().equals(Methods.OPTIONS) && area.answersPreflight(exchange)) {
      return null;
    }
    Route route = found.of(exchange.getRequestMethod());
    if (route == null) {
      authenticator.check(found.any().access(), exchange, query);
      exchange.getResponseHeaders().put(Headers.ALLOW, found.allowed());
      throw new HttpProblem(
          ErrorCode.METHOD_NOT_ALLOWED,
          "This route does not take "
              + exchange.getRequestMethod()
              + " (expected "
              + found.allowed()
              + ").");
    }
    exchange.putAttachment(OBSERVER, observers.getOrDefault(route, Observer.NONE));
    Caller caller = authenticator.check(route.access(), exchange, query);
    if (replica && route.changes()) {
      throw area.replica();
    }
    return new Request(exchange, route, query, caller);
  }

  private static Query parameters(HttpServerExchange exchange) {
    String text = exchange.getQueryString();
    return text.isEmpty() ? Query.EMPTY : Query.of("/", text);
  }

  private Query decode(HttpServerExchange exchange, String rawPath, Area area) {
    try {
      return Query.of(rawPath, exchange.getQueryString());
    } catch (HttpProblem problem) {
      authenticator.check(area.access(), exchange, Query.raw(rawPath));
      throw problem;
    }
  }

  private static void serve(Request request, Area area) throws IOException {
    HttpServerExchange exchange = request.exchange();
    Route route = request.route();
    if (route.threads().onConnection()) {
      RequestDeadline.set(exchange, RequestDeadline.CALL_SECONDS);
      route.handler().handle(request);
      return;
    }
    // A body that nobody wants is read and dropped behind the answer, and not for ever.
    RequestDeadline.set(exchange, RequestDeadline.OTHER_SECONDS);
    if (route.bodyBytesMax() == 0 || exchange.isRequestComplete()) {
      dispatch(request, area);
      return;
    }
    BodyReceiver.receive(
        exchange,
        BodyReceiver.Room.REQUESTS,
        route.bodyBytesMax(),
        body -> {
          RequestBody.keep(exchange, body);
          RequestEdge.run(exchange, area, () -> dispatch(request, area));
        },
        problem -> area.refuse(exchange, problem));
  }

  private static void dispatch(Request request, Area area) {
    HttpServerExchange exchange = request.exchange();
    Route route = request.route();
    RequestEdge.Work work = () -> route.handler().handle(request);
    LongRequests lane = route.threads().lane();
    if (lane == null) {
      exchange.dispatch(again -> RequestEdge.run(again, area, work));
    } else {
      lane.run(exchange, work);
    }
  }
}
