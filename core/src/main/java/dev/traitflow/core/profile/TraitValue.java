package dev.traitflow.core.profile;

import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of one trait of one profile at an instant.
 *
 * @param key the trait's key
 * @param traitClass where the value comes from
 * @param json the value as compact JSON in UTF-8, or null if the profile has no such trait now
 * @param version version of the definition (computed), or 0
 * @param updatedAt timestamp of the event or write that last set it, or the instant it was computed
 *     at, epoch milliseconds
 * @param source slug of the source of a custom trait, the model's version of a prediction, else
 *     empty
 * @param extent whether it is the whole value
 */
public record TraitValue(
    String key,
    TraitClass traitClass,
    byte @Nullable [] json,
    int version,
    long updatedAt,
    String source,
    Extent extent) {

  /** How much of a trait's value there is. */
  public enum Extent implements WireCode {
    /** All of it. */
    WHOLE(0),
    /** A part: all values of the trait's events are more than a value may hold. */
    TRUNCATED(1),
    /** None: the value could not be written, because it was larger than any may be. */
    TOO_LARGE(2);

    private static final WireCodes<Extent> CODES = new WireCodes<>("extent of a value", values());

    private final int wireCode;

    Extent(int wireCode) {
      this.wireCode = wireCode;
    }

    /**
     * The constant of a {@link #wireCode}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Extent ofWireCode(int code) {
      return CODES.of(code);
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  /** A whole value. */
  public TraitValue(
      String key,
      TraitClass traitClass,
      byte @Nullable [] json,
      int version,
      long updatedAt,
      String source) {
    this(key, traitClass, json, version, updatedAt, source, Extent.WHOLE);
  }

  /** Where a trait's value comes from. */
  public enum TraitClass implements WireCode {
    /** Set by a caller with identify or group. */
    CUSTOM(0),
    /** Derived from events by a definition. */
    COMPUTED(1),
    /** Written by a model. */
    PREDICTION(2),
    /** Written by a SQL trait. */
    SQL(3),
    /** Membership of an audience. */
    AUDIENCE(4);

    private static final WireCodes<TraitClass> CODES = new WireCodes<>("trait class", values());

    private final int wireCode;

    TraitClass(int wireCode) {
      this.wireCode = wireCode;
    }

    /**
     * The constant of a {@link #wireCode}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TraitClass ofWireCode(int code) {
      return CODES.of(code);
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  /** Keys of the audiences that these values of one profile say it is in, in their order. */
  public static List<String> memberships(List<TraitValue> values) {
    return values.stream()
        .filter(value -> value.traitClass == TraitClass.AUDIENCE && "true".equals(value.text()))
        .map(TraitValue::key)
        .toList();
  }

  /** This trait without its value, which could not be written. */
  public TraitValue tooLarge() {
    return new TraitValue(key, traitClass, null, version, updatedAt, source, Extent.TOO_LARGE);
  }

  /** The JSON text, or null if absent. */
  public @Nullable String text() {
    return json == null ? null : new String(json, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TraitValue that
        && key.equals(that.key)
        && traitClass == that.traitClass
        && Arrays.equals(json, that.json)
        && version == that.version
        && updatedAt == that.updatedAt
        && source.equals(that.source)
        && extent == that.extent;
  }

  @Override
  public int hashCode() {
    return key.hashCode() * 31 + Arrays.hashCode(json);
  }

  @Override
  public String toString() {
    return key + "=" + text() + " (" + traitClass + " v" + version + " at " + updatedAt + ")";
  }
}
