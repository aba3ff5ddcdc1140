package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.log.ExactJson;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;

/**
 * Reads the calls of a browser client that says of a visitor it does not know yet {@code "userId":
 * ""}: RudderStack's does, and no other does it with its header {@code AnonymousId}. From anybody
 * else an empty id is a mistake and refused as one.
 */
public final class VisitorCalls {
  private static final String HEADER = "AnonymousId";
  private static final String USER_ID = "userId";

  private VisitorCalls() {}

  /**
   * The call as it should be kept: as it came, or without its empty user id.
   *
   * @param body one JSON object in UTF-8
   */
  static byte[] read(HttpServerExchange exchange, byte[] body) {
    if (!exchange.getRequestHeaders().contains(HEADER)) {
      return body;
    }
    try {
      JsonNode call = ExactJson.readCall(body);
      if (call instanceof ObjectNode object
          && object.path(USER_ID).isTextual()
          && object.path(USER_ID).textValue().isEmpty()) {
        object.remove(USER_ID);
        return ExactJson.write(object);
      }
      return body;
    } catch (IOException tooDeep) {
      // Valid, but nothing that can be held as a tree: the job will refuse it.
      return body;
    }
  }
}
