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
public record Query(List<String> path, Map<String, List<String>> parameters) {
  /** No path and no parameters. */
  static final Query EMPTY = new Query(List.of(), Map.of());

  /**
   * Reads an address as it came, still encoded, each byte as one character.
   *
   * @throws HttpProblem 400 if it is not well encoded UTF-8
   */
  static Query of(String rawPath, String rawParameters) {
    return of(rawPath, rawParameters, Query::decode);
  }

  /**
   * The same for senders that see no refusal: a percent sign that escapes nothing stays one, and
   * bytes that are no UTF-8 read as U+FFFD.
   */
  public static Query lenient(String rawPath, String rawParameters) {
    return of(rawPath, rawParameters, Query::decodeLeniently);
  }

  private interface Decoder {
    String decode(String text, boolean plusIsBlank);
  }

  private static Query of(String rawPath, String rawParameters, Decoder decoder) {
    String trimmed = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
    List<String> path =
        Arrays.stream(trimmed.split("/", -1))
            .skip(1)
            .map(text -> decoder.decode(text, false))
            .toList();
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String part : rawParameters.split("&")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (!name.isEmpty()) {
        String value = equals < 0 ? "" : part.substring(equals + 1);
        parameters
            .computeIfAbsent(decoder.decode(name, true), unseen -> new ArrayList<>())
            .add(decoder.decode(value, true));
      }
    }
    return new Query(path, parameters);
  }

  /** The segments of a path as they came, not decoded, and no parameters. */
  static Query raw(String rawPath) {
    return of(rawPath, "", (text, plusIsBlank) -> text);
  }

  /** The path of an address as it came; a caller may name scheme and host, as to a proxy. */
  public static String rawPath(HttpServerExchange exchange) {
    String uri = exchange.getRequestURI();
    int path = exchange.isHostIncludedInRequestURI() ? uri.indexOf('/', uri.indexOf("//") + 2) : 0;
    return path < 0 ? "/" : uri.substring(path);
  }

  /** The parameter, if it is there and not empty. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(first(name)).filter(value -> !value.isEmpty());
  }

  /** The parameter; 400 if it is missing. */
  public String required(String name) {
    return text(name).orElseThrow(() -> invalid(name, "is missing"));
  }

  /**
   * The parameter as a list of texts, between commas or repeated; empty if it is missing. A comma
   * behind a backslash belongs to the text, as does a backslash behind another.
   */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (String value : parameters.getOrDefault(name, List.of())) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        boolean escapes =
            c == '\\' && i + 1 < value.length() && ",\\".indexOf(value.charAt(i + 1)) >= 0;
        if (escapes) {
          text.append(value.charAt(++i));
        } else if (c == ',') {
          texts.add(text.toString());
          text.setLength(0);
        } else {
          text.append(c);
        }
      }
      texts.add(text.toString());
    }
    return texts.stream().filter(text -> !text.isEmpty()).toList();
  }

  /** The parameter as an integer of {@code min..max}; 400 if it is something else. */
  public int integer(String name, int fallback, int min, int max) {
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
  public boolean isSet(String name) {
    String value = first(name);
    return value != null && (value.equals("true") || value.equals("1"));
  }

  private @Nullable String first(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.get(0);
  }

  /** The refusal of a parameter. */
  public static HttpProblem invalid(String name, String what) {
    return new HttpProblem(ErrorCode.INVALID_REQUEST, "The parameter `" + name + "` " + what + ".");
  }

  /** The listener hands over the bytes of an address as characters of Latin-1. */
  private static String decode(String text, boolean plusIsBlank) {
    byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
    if (isPlain(raw)) {
      return text;
    }
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%' && escaped(raw, i) < 0) {
        throw badEncoding(text);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(unescaped(raw, plusIsBlank)))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      throw badEncoding(text);
    }
  }

  private static String decodeLeniently(String text, boolean plusIsBlank) {
    byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
    return new String(unescaped(raw, plusIsBlank), StandardCharsets.UTF_8);
  }

  private static byte[] unescaped(byte[] raw, boolean plusIsBlank) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length);
    for (int i = 0; i < raw.length; i++) {
      int escaped = raw[i] == '%' ? escaped(raw, i) : -1;
      if (escaped >= 0) {
        bytes.write(escaped);
        i += 2;
      } else {
        bytes.write(raw[i] == '+' && plusIsBlank ? ' ' : raw[i]);
      }
    }
    return bytes.toByteArray();
  }

  /** The byte that the percent sign at {@code at} escapes, or -1 if it escapes none. */
  private static int escaped(byte[] raw, int at) {
    int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
    int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
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
        ErrorCode.VALIDATION,
        "'" + text + "' is not well encoded (expected percent-encoded UTF-8).");
  }
}
