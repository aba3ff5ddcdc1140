package dev.traitflow.core.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.traitflow.core.json.CallJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives the properties of contact-center events the lower-case names that trait recipes use.
 *
 * <p>The contact center's pages write {@code Direction} and {@code Duration}, its recipes {@code
 * direction} and {@code duration}; names are case-sensitive, so a recipe would match nothing.
 */
public final class FlexAlias {
  private static final String PREFIX = "Flex - ";

  private FlexAlias() {}

  /** True if events of this name are interactions of a contact center, which get the alias. */
  public static boolean appliesTo(String eventName) {
    return eventName.startsWith(PREFIX);
  }

  /**
   * Returns the properties with {@code direction} and {@code duration} added, each with the bytes
   * of its capitalised twin, if the twin is there and it is not.
   *
   * @param properties a valid JSON object as UTF-8, or nothing
   */
  static byte[] apply(byte[] properties) {
    if (properties.length == 0) {
      return properties;
    }
    Twin direction = new Twin("Direction", "direction");
    Twin duration = new Twin("Duration", "duration");
    try (JsonParser json = CallJson.FACTORY.createParser(properties)) {
      json.nextToken();
      String name;
      while ((name = json.nextFieldName()) != null) {
        JsonToken token = json.nextToken();
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (token == JsonToken.VALUE_STRING) {
          json.getTextLength(); // A text is read lazily; this moves to its end.
        } else {
          json.skipChildren();
        }
        int to = (int) json.currentLocation().getByteOffset();
        direction.see(name, from, to);
        duration.see(name, from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("properties: not valid JSON after they were read once", e);
    }
    return duration.addTo(direction.addTo(properties));
  }

  /** One pair of names, and where the capitalised one's value lies. */
  private static final class Twin {
    private final String capital;
    private final String small;
    private int from = -1;
    private int to;
    private boolean smallSeen;

    Twin(String capital, String small) {
      this.capital = capital;
      this.small = small;
    }

    void see(@Nullable String name, int valueFrom, int valueTo) {
      if (capital.equals(name)) {
        from = valueFrom;
        to = valueTo;
      } else if (small.equals(name)) {
        smallSeen = true;
      }
    }

    /** Members are added at the end, so offsets found before stay right. */
    byte[] addTo(byte[] properties) {
      if (from < 0 || smallSeen) {
        return properties;
      }
      byte[] key = (",\"" + small + "\":").getBytes(StandardCharsets.UTF_8);
      int open = properties.length - 1;
      byte[] result = Arrays.copyOf(properties, properties.length + key.length + to - from);
      System.arraycopy(key, 0, result, open, key.length);
      System.arraycopy(properties, from, result, open + key.length, to - from);
      result[result.length - 1] = '}';
      return result;
    }
  }
}
