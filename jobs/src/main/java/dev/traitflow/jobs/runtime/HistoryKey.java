package dev.traitflow.jobs.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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

  /** 128 bits of hash: two different messageIds of one history never share them in practice. */
  public static byte[] hash(String messageId) {
    try {
      return MessageDigest.getInstance("MD5").digest(messageId.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
