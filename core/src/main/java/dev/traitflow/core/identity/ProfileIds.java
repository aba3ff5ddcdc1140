package dev.traitflow.core.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Ids of profiles, derived from the place in the log of the event that makes them: a job that
 * replays its log after a crash gives the same ids again.
 */
public final class ProfileIds {
  private static final String USER_PREFIX = "use_";
  private static final String ACCOUNT_PREFIX = "acc_";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final char CONTINUED = '~';
  private static final int BASE = 62;
  private static final int DIGITS_AT_ONCE = 5;

  /** 62 to the power of {@link #DIGITS_AT_ONCE}: it and 32 bits more fit into a long. */
  private static final long DIVISOR = 916_132_832L;

  private static final int HASH_BYTES = 16;
  private static final int LENGTH = 22;

  private ProfileIds() {}

  /** Returns {@code use_} and 22 letters and digits: 128 bits of a SHA-256 of the arguments. */
  public static String of(String space, int partition, long offset) {
    byte[] name = space.getBytes(StandardCharsets.UTF_8);
    ByteBuffer place =
        ByteBuffer.allocate(name.length + Integer.BYTES + Long.BYTES)
            .put(name)
            .putInt(partition)
            .putLong(offset);
    return USER_PREFIX + digits(place.array());
  }

  /**
   * Returns the id of an account: {@code acc_} and 22 letters and digits, 128 bits of a SHA-256 of
   * the space and the group id. Accounts never merge, so that their id needs no log.
   */
  public static String ofAccount(String space, String groupId) {
    // A space's id has no NUL, so that no two pairs read the same.
    return ACCOUNT_PREFIX + digits((space + "\0" + groupId).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The internal id under which a profile goes on after an unmerge. People and callers see its
   * {@link #shown} form, which stays the same.
   *
   * @param number makes it one that was never used before
   */
  static String continued(String profile, String number) {
    return shown(profile) + CONTINUED + number;
  }

  /** Which of the unmerges of one order made the id: the later ones hold. */
  public static int continuation(String profile) {
    int dot = profile.lastIndexOf('.');
    return dot < 0 ? 0 : Integer.parseInt(profile.substring(dot + 1));
  }

  /** The id as people and callers see it. */
  public static String shown(String profile) {
    int end = profile.indexOf(CONTINUED);
    return end < 0 ? profile : profile.substring(0, end);
  }

  /** True if the id is that of an account. */
  public static boolean isAccount(String profile) {
    return isAccount(profile, 0);
  }

  /** True if what begins at a place of the text is the id of an account. */
  public static boolean isAccount(String text, int from) {
    return text.startsWith(ACCOUNT_PREFIX, from);
  }

  /** The first 128 bits of the hash as a number in base 62, by five digits a division. */
  private static String digits(byte[] name) {
    ByteBuffer hash = ByteBuffer.wrap(sha256(name));
    long[] words = new long[HASH_BYTES / Integer.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.toUnsignedLong(hash.getInt());
    }
    byte[] digits = new byte[LENGTH];
    for (int end = LENGTH; end > 0; end -= DIGITS_AT_ONCE) {
      long rest = divide(words);
      for (int i = end - 1; i >= Math.max(0, end - DIGITS_AT_ONCE); i--) {
        digits[i] = (byte) DIGITS.charAt((int) (rest % BASE));
        rest /= BASE;
      }
    }
    return new String(digits, StandardCharsets.US_ASCII);
  }

  /** Divides words of 32 bits, the greatest first, by {@link #DIVISOR}; returns the rest. */
  private static long divide(long[] words) {
    long rest = 0;
    for (int i = 0; i < words.length; i++) {
      long dividend = rest << 32 | words[i];
      words[i] = dividend / DIVISOR;
      rest = dividend % DIVISOR;
    }
    return rest;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: got none (expected one in every JDK)", e);
    }
  }
}
