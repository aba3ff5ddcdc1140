package dev.traitflow.server.log;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where accepted calls lie in the log: the tracking API hands it out with a 200, and whoever reads
 * with it is answered when those calls are reflected. Callers take it as one opaque word.
 *
 * <p>It names the last offset of each partition that took a call, because a source that feeds
 * several spaces writes to several orders. It is no secret and grants nothing: an offset alone is
 * of no use without a token of the space.
 *
 * @param offsets by partition, both 0 or more; at most {@link #PARTITIONS_MAX}
 */
public record LogToken(SortedMap<Integer, Long> offsets) {
  /** The response header that carries it. */
  public static final String HEADER = "X-Traitflow-Token";

  /** More partitions than this are no token. */
  public static final int PARTITIONS_MAX = 64;

  private static final int VERSION_1 = 1;

  /** Longer texts are not looked at. */
  private static final int TEXT_CHARS_MAX = 2_048;

  public LogToken {
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
    if (offsets.isEmpty() || offsets.size() > PARTITIONS_MAX) {
      throw new IllegalArgumentException(
          "log token: got "
              + offsets.size()
              + " partitions (expected 1 to "
              + PARTITIONS_MAX
              + ")");
    }
    offsets.forEach(
        (partition, offset) -> {
          if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                "log token: got offset " + offset + " of partition " + partition);
          }
        });
  }

  /** The token of one record. */
  public static LogToken of(int partition, long offset) {
    return new LogToken(new TreeMap<>(Map.of(partition, offset)));
  }

  /** The offset that must be reflected in that partition; empty if no call went there. */
  public OptionalLong offset(int partition) {
    Long offset = offsets.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** As the header has it: letters, digits, {@code -} and {@code _}. */
  public String text() {
    ByteWriter out = new ByteWriter(16).writeByte(VERSION_1);
    offsets.forEach((partition, offset) -> out.writeInt(partition).writeLong(offset));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toBytes());
  }

  /** Reads what {@link #text} wrote; empty if it is anything else. Never throws. */
  public static Optional<LogToken> parse(String text) {
    if (text.length() > TEXT_CHARS_MAX) {
      return Optional.empty();
    }
    try {
      ByteReader in = new ByteReader(Base64.getUrlDecoder().decode(text));
      in.readVersion(VERSION_1, "log token");
      SortedMap<Integer, Long> offsets = new TreeMap<>();
      while (in.hasMore()) {
        offsets.put(in.readInt(), in.readLong());
      }
      LogToken token = new LogToken(offsets);
      return token.text().equals(text) ? Optional.of(token) : Optional.empty();
    } catch (RuntimeException malformed) {
      // Anybody may send anything here; no reader of bytes promises one kind of exception for it.
      return Optional.empty();
    }
  }
}
