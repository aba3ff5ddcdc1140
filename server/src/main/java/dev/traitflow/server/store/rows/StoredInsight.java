package dev.traitflow.server.store.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;
import dev.traitflow.core.identity.Identifier;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of the log of identity decisions.
 *
 * @param kind what happened
 * @param sequence offset in the log of the event or order
 * @param at the event's timestamp; of an order the clock, epoch milliseconds
 * @param text a violation's or a refusal's text; else empty
 * @param identifiers what it is about
 * @param rule the rule that a violation broke; else empty
 * @param messageId the triggering event's; empty for an order
 * @param source slug of that event's source
 * @param profile canonical id, at that time, of the profile the event went to; may be empty
 * @param others further profiles concerned
 * @param merge id of the merge made or taken back; else empty
 */
public record StoredInsight(
    Kind kind,
    long sequence,
    long at,
    String text,
    List<Identifier> identifiers,
    String rule,
    String messageId,
    String source,
    String profile,
    List<String> others,
    String merge) {

  /** What happened. */
  public enum Kind implements WireCode {
    /** A profile was made, with an identifier. */
    CREATED(0, "CREATED"),
    /** A profile gained an identifier. */
    MAPPED(1, "MAPPED"),
    /** An identifier was taken from its profile. */
    UNMAPPED(2, "UNMAPPED"),
    /** Two profiles became one. */
    MERGED(3, "MERGED"),
    /** A merge was taken back. */
    UNMERGED(4, "UNMERGED"),
    /** A rule kept something from taking effect. */
    VIOLATION(5, "VIOLATION"),
    /** An order could not be carried out. */
    REFUSED(6, "REFUSED");

    private static final WireCodes<Kind> CODES = new WireCodes<>("kind of insight", values());

    private final int wireCode;
    private final String term;

    Kind(int wireCode, String term) {
      this.wireCode = wireCode;
      this.term = term;
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  /** Version 1: the first format. */
  public static final Codec<StoredInsight> CODEC = new StoredInsightCodec();

  public StoredInsight {
    identifiers = List.copyOf(identifiers);
    others = List.copyOf(others);
  }

  /** What it is found by: its kind, its profiles and its identifiers. */
  public List<String> terms() {
    List<String> terms = new ArrayList<>();
    terms.add(term(kind));
    identifiers.stream().distinct().forEach(identifier -> terms.add(term(identifier)));
    if (!profile.isEmpty()) {
      terms.add(ofProfile(profile));
    }
    others.stream()
        .filter(other -> !other.equals(profile))
        .distinct()
        .forEach(other -> terms.add(ofProfile(other)));
    return terms;
  }

  /** What entries of a kind are found by. */
  public static String term(Kind kind) {
    return "k" + kind.term;
  }

  /** What entries that concern a profile are found by. */
  public static String ofProfile(String profile) {
    return "p" + profile;
  }

  /** What entries that name an identifier are found by. */
  public static String term(Identifier identifier) {
    return "i" + identifier.type() + ":" + identifier.value();
  }

  private static final class StoredInsightCodec implements Codec<StoredInsight> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(StoredInsight insight) {
      ByteWriter out =
          new ByteWriter(192)
              .writeByte(VERSION_1)
              .writeByte(insight.kind.wireCode())
              .writeLong(insight.sequence)
              .writeLong(insight.at)
              .writeString(insight.text);
      Identifier.writeAll(out, insight.identifiers);
      out.writeString(insight.rule)
          .writeString(insight.messageId)
          .writeString(insight.source)
          .writeString(insight.profile)
          .writeInt(insight.others.size());
      insight.others.forEach(out::writeString);
      return out.writeString(insight.merge).toBytes();
    }

    @Override
    public StoredInsight decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "stored insight");
      return new StoredInsight(
          Kind.CODES.of(in.readByte()),
          in.readLong(),
          in.readLong(),
          in.readString(),
          Identifier.readAll(in),
          in.readString(),
          in.readString(),
          in.readString(),
          in.readString(),
          texts(in),
          in.readString());
    }

    private static List<String> texts(ByteReader in) {
      List<String> texts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        texts.add(in.readString());
      }
      return texts;
    }
  }
}
