package dev.traitflow.server.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.log.ExactJson;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * The body of a request, inflated if it came as gzip. The limit is on the inflated size, and no
 * more than that is ever inflated.
 */
public final class RequestBody {
  private static final AttachmentKey<byte[]> RECEIVED = AttachmentKey.create(byte[].class);

  private RequestBody() {}

  /** Keeps the body that was received for the handler of the request. */
  static void keep(HttpServerExchange exchange, byte[] received) {
    exchange.putAttachment(RECEIVED, received);
  }

  /** The body as it was received, perhaps as gzip; empty if the request has none. */
  public static byte[] received(HttpServerExchange exchange) {
    byte[] received = exchange.getAttachment(RECEIVED);
    return received == null ? new byte[0] : received;
  }

  /**
   * The body that was received. Nobody waits for it here: it is all there before a handler is
   * called.
   *
   * @param limit greatest inflated size in bytes
   * @throws HttpProblem 400 if it is larger, or not the gzip it says it is
   */
  static byte[] read(HttpServerExchange exchange, int limit) {
    byte[] received = received(exchange);
    if (isGzip(exchange) && received.length > 0) {
      return inflate(received, limit);
    }
    if (received.length > limit) {
      throw tooLarge(limit);
    }
    return received;
  }

  /** True if the body is said to come as gzip. */
  public static boolean isGzip(HttpServerExchange exchange) {
    String encoding = exchange.getRequestHeaders().getFirst(Headers.CONTENT_ENCODING);
    return encoding != null && encoding.toLowerCase(Locale.ROOT).contains("gzip");
  }

  /**
   * Inflates a body.
   *
   * @param limit greatest inflated size in bytes; no more than one byte beyond is ever inflated
   * @throws HttpProblem 400 if it is larger, or no gzip
   */
  public static byte[] inflate(byte[] gzip, int limit) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip), 8192)) {
      byte[] body = in.readNBytes(limit + 1);
      if (body.length > limit) {
        throw tooLarge(limit);
      }
      return body;
    } catch (IOException broken) {
      throw notGzip();
    }
  }

  /** The refusal of a body that is no gzip. */
  public static HttpProblem notGzip() {
    return badRequest("The body is not the gzip its header promises.");
  }

  /**
   * Reads bytes as the text of JSON.
   *
   * @throws HttpProblem 400 if they are not UTF-8
   */
  static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw badRequest("The body is not UTF-8.");
    }
  }

  /**
   * Reads bytes as one JSON object.
   *
   * @throws HttpProblem 400 if they are something else
   */
  public static ObjectNode object(byte[] body) {
    try {
      JsonNode json = ExactJson.read(utf8(body));
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw badRequest("The body is not a JSON object.");
    } catch (JsonProcessingException notJson) {
      throw notJson(notJson);
    }
  }

  /** The refusal of a body that is no JSON: what is wrong, and where. */
  public static HttpProblem notJson(JsonProcessingException problem) {
    JsonLocation at = problem.getLocation();
    String place =
        at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    String message = problem.getOriginalMessage();
    int note = message.indexOf(" (start marker");
    String what = note < 0 ? message : message.substring(0, note);
    return badRequest("The body is not valid JSON: " + what + place + ".");
  }

  /** The refusal of a body. */
  public static HttpProblem badRequest(String message) {
    return new HttpProblem(ErrorCode.BAD_REQUEST, message);
  }

  /** The refusal of a body beyond {@code limit} bytes. */
  public static HttpProblem tooLarge(int limit) {
    return badRequest("The body is larger than " + limit + " bytes.");
  }
}
