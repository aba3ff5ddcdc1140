package dev.traitflow.bench.convert;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way into a file: collected in any order, written in the order of their time and
 * numbered in that order.
 *
 * <p>The same source gives the same bytes on every machine and in every version: a file's digest
 * names the data set. So numbers are written in one fixed way (the shortest decimal that reads back
 * as the same double, always with a point, an exponent only below 0.0001 and from 1e16 on), and
 * text escapes only what JSON requires.
 */
final class EventFile {
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.'000Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /**
   * A call without its end.
   *
   * @param seconds epoch seconds
   * @param start the JSON before messageId and timestamp
   */
  private record Call(long seconds, String start) {}

  private final String prefix;
  private final List<Call> calls = new ArrayList<>();

  /** Messages are named by {@code prefix}, a dash and seven digits. */
  EventFile(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Adds a track call.
   *
   * @param seconds epoch seconds
   * @param properties a JSON object
   */
  void track(long seconds, String userId, String event, String properties) {
    calls.add(
        new Call(
            seconds,
            "{\"type\":\"track\",\"userId\":"
                + quoted(userId)
                + ",\"event\":"
                + quoted(event)
                + ",\"properties\":"
                + properties));
  }

  /**
   * Adds an identify call.
   *
   * @param seconds epoch seconds
   * @param traits a JSON object
   */
  void identify(long seconds, String userId, String traits) {
    calls.add(
        new Call(
            seconds,
            "{\"type\":\"identify\",\"userId\":" + quoted(userId) + ",\"traits\":" + traits));
  }

  /**
   * Writes all calls in the order of their seconds, then of their addition; compressed if the name
   * ends with {@code .gz}.
   *
   * @return how many there are
   * @throws IOException if the file cannot be written
   */
  long write(Path out) throws IOException {
    calls.sort(Comparator.comparingLong(Call::seconds));
    boolean compressed = out.toString().endsWith(".gz");
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(out), 1 << 16);
        OutputStream bytes = compressed ? new BestGzip(file) : file;
        Writer text = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      long number = 0;
      for (Call call : calls) {
        text.write(call.start());
        String messageId = String.format(Locale.ROOT, "%s-%07d", prefix, number++);
        text.write(",\"messageId\":" + quoted(messageId));
        text.write(",\"timestamp\":\"" + TIMES.format(Instant.ofEpochSecond(call.seconds())));
        text.write("\"}\n");
      }
      return number;
    }
  }

  /** The text in quotes; {@code null} for null. */
  static String quoted(@Nullable String text) {
    if (text == null) {
      return "null";
    }
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\f' -> json.append("\\f");
        case '\b' -> json.append("\\b");
        default -> {
          if (c < ' ') {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }

  /** The shortest decimal that reads back as this finite number, as the class comment says. */
  static String decimal(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return shortest.scale() <= 0 ? plain + ".0" : plain;
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Compresses as well as the format can: these files are written once and kept. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
