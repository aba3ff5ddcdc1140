package dev.traitflow.launcher.replay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.core.json.CallJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Cuts a stream into chunks of whole lines.
 *
 * <p>A line ends at {@code \n} and nowhere else; what follows the last {@code \n} is a line if it
 * has any byte. A line is never split, so a chunk of one long line may exceed the size.
 */
final class ChunkReader {
  private static final int LINES_MAX = 1_000;
  private static final int BYTES_MAX = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream input;
  private final Optional<Instant> until;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long line;
  private boolean ended;

  /**
   * @param until stop before the first line whose timestamp is at or after this
   */
  ChunkReader(InputStream input, Optional<Instant> until) {
    this.input = input;
    this.until = until;
  }

  /** The next chunk, or empty at the end. */
  Optional<Chunk> next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
    ByteArrayOutputStream current = new ByteArrayOutputStream(1 << 10);
    long first = line + 1;
    int lines = 0;
    int nonBlank = 0;
    while (!ended && lines < LINES_MAX && bytes.size() < BYTES_MAX) {
      current.reset();
      if (!readLine(current)) {
        ended = true;
        break;
      }
      byte[] content = current.toByteArray();
      if (until.isPresent() && isAtOrAfter(content, until.get())) {
        ended = true;
        break;
      }
      bytes.write(content);
      line++;
      lines++;
      nonBlank += isBlank(content) ? 0 : 1;
    }
    return lines == 0
        ? Optional.empty()
        : Optional.of(new Chunk(first, lines, nonBlank, bytes.toByteArray()));
  }

  /** Appends the next line with its end; false if there is none. */
  private boolean readLine(ByteArrayOutputStream out) throws IOException {
    while (true) {
      if (position == limit) {
        limit = input.read(buffer, 0, buffer.length);
        position = 0;
        if (limit <= 0) {
          limit = 0;
          return out.size() > 0;
        }
      }
      int start = position;
      while (position < limit) {
        if (buffer[position++] == '\n') {
          out.write(buffer, start, position - start);
          return true;
        }
      }
      out.write(buffer, start, position - start);
    }
  }

  private static boolean isBlank(byte[] content) {
    for (byte value : content) {
      if (!Chunk.isBlank(value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the line is a call with such a timestamp; a line that says no time does not stop. */
  private static boolean isAtOrAfter(byte[] content, Instant limit) {
    try (JsonParser parser = CallJson.FACTORY.createParser(content)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean timestamp = parser.currentName().equals("timestamp");
        JsonToken value = parser.nextToken();
        if (timestamp && value == JsonToken.VALUE_STRING) {
          return !OffsetDateTime.parse(parser.getText()).toInstant().isBefore(limit);
        }
        parser.skipChildren();
      }
      return false;
    } catch (IOException | DateTimeException e) {
      return false; // the server will reject the line; it cannot say when to stop
    }
  }
}
