package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

final class ProfileIdsTest {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  @Test
  void anIdIsWhatItWasInTheFirstVersion() throws Exception {
    for (long offset = 0; offset < 10_000; offset++) {
      byte[] place =
          ByteBuffer.allocate(16)
              .put("shop".getBytes(StandardCharsets.UTF_8))
              .putInt(3)
              .putLong(offset)
              .array();
      assertThat(ProfileIds.of("shop", 3, offset)).isEqualTo("use_" + base62(place));
    }
  }

  /** As slowly as it reads: digit by digit of one large number. */
  private static String base62(byte[] name) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
    BigInteger rest = new BigInteger(1, hash, 0, 16);
    StringBuilder digits = new StringBuilder();
    while (digits.length() < 22) {
      digits.append(DIGITS.charAt(rest.mod(BigInteger.valueOf(62)).intValue()));
      rest = rest.divide(BigInteger.valueOf(62));
    }
    return digits.reverse().toString();
  }
}
