package dev.traitflow.core.identity;

import java.math.BigInteger;
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
  private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
  private static final char CONTINUED = '~';
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
    return profile.startsWith(ACCOUNT_PREFIX);
  }

  private static String digits(byte[] name) {
    BigInteger rest = new BigInteger(1, sha256(name), 0, HASH_BYTES);
    char[] digits = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      BigInteger[] quotientAndDigit = rest.divideAndRemainder(BASE);
      digits[i] = DIGITS.charAt(quotientAndDigit[1].intValue());
      rest = quotientAndDigit[0];
    }
    return new String(digits);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: got none (expected one in every JDK)", e);
    }
  }
}
