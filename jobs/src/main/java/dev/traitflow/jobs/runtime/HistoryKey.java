package dev.traitflow.jobs.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;

/**
 * The place of an event in a stored history: its timestamp, then 128 bits of its messageId's hash.
 * Fixed length and big end first, so that stored bytes sort by time. Events of one millisecond are
 * put into messageId order when they are read.
 */
public final class HistoryKey {
  private HistoryKey() {}

  /** The key of an event; {@code timestamp} is not negative. */
  public static byte[] of(long timestamp, String messageId) {
    return ByteBuffer.allocate(FixedBytesSerializer.LENGTH)
        .putLong(timestamp)
        .put(hash(messageId))
        .array();
  }

  /** The timestamp in a key. */
  public static long timestamp(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  /**
   * XXH3 with 128 bits: two different messageIds never share them in practice. Not meant against
   * forgery: who wants to collide with a messageId can as well send that messageId.
   */
  public static byte[] hash(String messageId) {
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(messageId.getBytes(UTF_8));
    return hash.toByteArray();
  }
}
