package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of an address that callers write freely: path segments and parameters, decoded.
 *
 * @param path the segments, without an empty one at the end
 * @param parameters by name, each with its values in order; where one is wanted the first counts
 */
record Query(List<String> path, Map<String, List<String>> parameters) {
  /** No path and no parameters. */
  static final Query EMPTY = new Query(List.of(), Map.of());

  /**
   * Reads an address as it came, still encoded, each byte as one character.
   *
   * @throws HttpProblem 400 if it is not well encoded UTF-8
   */
  static Query of(String rawPath, String rawParameters) {
    String trimmed = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
    List<String> path =
        Arrays.stream(trimmed.split("/", -1)).skip(1).map(text -> decode(text, false)).toList();
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String part : rawParameters.split("&")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (!name.isEmpty()) {
        String value = equals < 0 ? "" : part.substring(equals + 1);
        parameters
            .computeIfAbsent(decode(name, true), unseen -> new ArrayList<>())
            .add(decode(value, true));
      }
    }
    return new Query(path, parameters);
  }

  /** The path of an address as it came; a caller may name scheme and host, as to a proxy. */
  static String rawPath(HttpServerExchange exchange) {
    String uri = exchange.getRequestURI();
    int path = exchange.isHostIncludedInRequestURI() ? uri.indexOf('/', uri.indexOf("//") + 2) : 0;
    return path < 0 ? "/" : uri.substring(path);
  }

  /** The parameter, if it is there and not empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(first(name)).filter(value -> !value.isEmpty());
  }

  /** The parameter; 400 if it is missing. */
  String required(String name) {
    return text(name).orElseThrow(() -> invalid(name, "is missing"));
  }

  /** The parameter as a list of texts, between commas or repeated; empty if it is missing. */
  List<String> texts(String name) {
    return parameters.getOrDefault(name, List.of()).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** The parameter as an integer of {@code min..max}; 400 if it is something else. */
  int integer(String name, int fallback, int min, int max) {
    String value = first(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below like a number that is out of range.
    }
    throw invalid(name, "must be an integer from " + min + " to " + max);
  }

  /** True if the parameter is {@code true} or {@code 1}. */
  boolean isSet(String name) {
    String value = first(name);
    return value != null && (value.equals("true") || value.equals("1"));
  }

  private @Nullable String first(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.get(0);
  }

  /** The refusal of a parameter. */
  static HttpProblem invalid(String name, String what) {
    return new HttpProblem(
        400, "invalid_request_error", "The parameter `" + name + "` " + what + ".");
  }

  /** The listener hands over the bytes of an address as characters of Latin-1. */
  private static String decode(String text, boolean plusIsBlank) {
    byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
    if (isPlain(raw)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        int high = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 1], 16) : -1;
        int low = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw badEncoding(text);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(raw[i] == '+' && plusIsBlank ? ' ' : raw[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      throw badEncoding(text);
    }
  }

  private static boolean isPlain(byte[] raw) {
    for (byte b : raw) {
      if (b == '%' || b == '+' || b < 0) {
        return false;
      }
    }
    return true;
  }

  private static HttpProblem badEncoding(String text) {
    return new HttpProblem(
        400,
        "validation_error",
        "'" + text + "' is not well encoded (expected percent-encoded UTF-8).");
  }
}
