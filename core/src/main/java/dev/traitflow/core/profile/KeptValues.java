package dev.traitflow.core.profile;

import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.profile.TraitValue.Extent;
import java.nio.charset.StandardCharsets;

/**
 * Values that stay although nothing computes them any more: on every profile, of a trait or
 * audience that was deleted, as a custom trait; of a trait that is disabled, as its value.
 *
 * <p>They are writes in the log. So they move with the histories when profiles are merged or taken
 * apart, as what customers set does, and a job that starts from the beginning of the log finds the
 * same ones: the state that gave them was right at an instant that no log tells.
 */
public final class KeptValues {
  /** No key has a colon: the writers are none of the predictions or queries. */
  private static final String DELETED = "deleted:";

  private static final String FROZEN = "frozen:";

  /** Behind the version of a frozen list that holds the first of too many values. */
  private static final String TRUNCATED = " truncated";

  private KeptValues() {}

  /**
   * The value that stays when the trait or audience is deleted.
   *
   * @param value what readers see, also if that is none
   * @param at the instant of the deletion, epoch milliseconds
   */
  public static TraitWrite ofDeleted(String profile, TraitValue value, long at) {
    return new TraitWrite(profile, DELETED + value.key(), "", at, object(value));
  }

  /**
   * The value that the trait has as long as it is disabled.
   *
   * @param value what readers see, also if that is none
   * @param at the instant of the disabling, epoch milliseconds
   */
  public static TraitWrite ofFrozen(String profile, TraitValue value, long at) {
    String version = value.version() + (value.extent() == Extent.TRUNCATED ? TRUNCATED : "");
    return new TraitWrite(profile, FROZEN + value.key(), version, at, object(value));
  }

  private static byte[] object(TraitValue value) {
    String json = value.text();
    String text = "{" + ValueText.quoted(value.key()) + ":" + json + "}";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** True if a write of this writer says what a deleted trait or audience was. */
  public static boolean isOfDeleted(String writer) {
    return writer.startsWith(DELETED);
  }

  /** True if a write of this writer says what a disabled trait is. */
  static boolean isOfFrozen(String writer) {
    return writer.startsWith(FROZEN);
  }

  /** The writer of a disabled trait's values. */
  static String frozen(String key) {
    return FROZEN + key;
  }

  /** True if a frozen value is of this version of the trait's definition. */
  static boolean isOfVersion(String text, int version) {
    return (extent(text) == Extent.WHOLE
            ? text
            : text.substring(0, text.length() - TRUNCATED.length()))
        .equals(Integer.toString(version));
  }

  /** How much of the value a frozen one is, by its version. */
  static Extent extent(String text) {
    return text.endsWith(TRUNCATED) ? Extent.TRUNCATED : Extent.WHOLE;
  }
}
