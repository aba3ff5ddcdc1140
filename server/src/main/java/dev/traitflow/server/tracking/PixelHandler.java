package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.ExactJson;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call as an image, for mails and pages without scripts: {@code GET
 * /v1/pixel/{method}?data=BASE64} with the call as JSON, or with its members as parameters, dotted
 * ones nested ({@code properties.subject=Hello}). The write key is a member of the call or a
 * parameter. The answer is always a picture of one pixel, since an error would not be seen; a
 * refused call is counted.
 */
public final class PixelHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PixelHandler.class);
  private static final byte[] GIF =
      Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
  private static final int DEPTH_MAX = 20;
  private static final String DATA = "data";
  private static final String WRITE_KEY = "writeKey";

  private final TrackingHandler tracking;

  PixelHandler(TrackingHandler tracking) {
    this.tracking = tracking;
  }

  /** Takes one call, on the connection's own thread. */
  public void begin(Request request) {
    LogAnswers.later(request.exchange(), 0, () -> take(request.exchange()));
  }

  private void take(HttpServerExchange exchange) {
    Query query = Query.lenient(Query.rawPath(exchange), exchange.getQueryString());
    String writeKey = query.text(WRITE_KEY).orElse("");
    try {
      TrackingRoute route = query.path().size() == 3 ? TrackingRoute.of(query.path().get(2)) : null;
      if (route == null || route.isBatch()) {
        throw tracking.refused(
            exchange, writeKey, "pixel: got no method that takes one call (expected track)");
      }
      byte[] body =
          query.parameters().containsKey(DATA)
              ? data(exchange, query, writeKey)
              : ExactJson.write(members(query));
      tracking.take(
          exchange,
          route.type(),
          body,
          writeKey,
          token -> exchange.getIoThread().execute(() -> send(exchange, token)));
    } catch (HttpProblem | Door.SilentlyDroppedException refused) {
      LOG.debug("A pixel was refused", refused);
      send(exchange, "");
    }
  }

  private byte[] data(HttpServerExchange exchange, Query query, String writeKey) {
    // A plus that was not escaped has become a blank on its way.
    String text = query.text(DATA).orElse("").replace(' ', '+').replace('-', '+').replace('_', '/');
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw tracking.refused(exchange, writeKey, "data: got a text that is not base64");
    }
  }

  private static ObjectNode members(Query query) {
    ObjectNode call = Answers.object();
    for (Map.Entry<String, List<String>> parameter : query.parameters().entrySet()) {
      String[] path = parameter.getKey().split("\\.", DEPTH_MAX);
      ObjectNode parent = call;
      for (int i = 0; i < path.length - 1; i++) {
        parent =
            parent.get(path[i]) instanceof ObjectNode known ? known : parent.putObject(path[i]);
      }
      parent.put(path[path.length - 1], parameter.getValue().get(0));
    }
    return call;
  }

  private static void send(HttpServerExchange exchange, String token) {
    if (!token.isEmpty()) {
      exchange.getResponseHeaders().put(LogAnswers.TOKEN, token);
    }
    exchange.setStatusCode(200);
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "image/gif")
        .put(Headers.CACHE_CONTROL, "no-store, private");
    exchange.getResponseSender().send(ByteBuffer.wrap(GIF));
  }
}
