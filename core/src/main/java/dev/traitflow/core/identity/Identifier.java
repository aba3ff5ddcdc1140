package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.text.Utf8;
import java.util.ArrayList;
import java.util.List;

/**
 * A value that belongs to at most one canonical profile.
 *
 * @param collection {@code users} or {@code accounts}
 * @param type such as {@code user_id}, {@code email}, {@code anonymous_id}
 * @param value normalised: trimmed, emails in lower case
 */
public record Identifier(String collection, String type, String value) {
  public static final String USERS = "users";
  public static final String ACCOUNTS = "accounts";
  public static final String USER_ID = "user_id";
  public static final String EMAIL = "email";
  public static final String ANONYMOUS_ID = "anonymous_id";
  public static final String GROUP_ID = "group_id";

  /** A value of more bytes of UTF-8 is no identifier. */
  public static final int BYTES_MAX = 1024;

  private static final int SHOWN_MAX = 256;

  /** An identifier of a user profile. */
  public static Identifier ofUser(String type, String value) {
    return new Identifier(USERS, type, value);
  }

  /** Writes it as part of a record. */
  public void write(ByteWriter out) {
    out.writeString(collection).writeString(type).writeString(value);
  }

  /** Reads what {@link #write} wrote. */
  public static Identifier read(ByteReader in) {
    return new Identifier(in.readString(), in.readString(), in.readString());
  }

  /** Writes several as part of a record. */
  public static void writeAll(ByteWriter out, List<Identifier> identifiers) {
    out.writeInt(identifiers.size());
    identifiers.forEach(each -> each.write(out));
  }

  /** What {@link #write} takes at most, in bytes. */
  int bytes() {
    return 3 * 5 + Utf8.length(collection) + Utf8.length(type) + Utf8.length(value);
  }

  /** The first of the identifiers that take no more than {@code bytesMax} together. */
  static List<Identifier> within(List<Identifier> identifiers, int bytesMax) {
    int bytes = 0;
    for (int i = 0; i < identifiers.size(); i++) {
      bytes += identifiers.get(i).bytes();
      if (bytes > bytesMax) {
        return List.copyOf(identifiers.subList(0, i));
      }
    }
    return List.copyOf(identifiers);
  }

  /** Reads what {@link #writeAll} wrote. */
  public static List<Identifier> readAll(ByteReader in) {
    int count = in.readInt();
    List<Identifier> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(read(in));
    }
    return all;
  }

  /** The same, with the beginning only of what is too long to be kept. */
  Identifier shortened() {
    return new Identifier(shortened(collection), shortened(type), shortened(value));
  }

  private static String shortened(String text) {
    if (Utf8.length(text) <= BYTES_MAX) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(SHOWN_MAX - 1)) ? SHOWN_MAX - 1 : SHOWN_MAX;
    return text.substring(0, end) + "\u2026";
  }

  @Override
  public String toString() {
    return collection + "/" + type + ":" + value;
  }
}
