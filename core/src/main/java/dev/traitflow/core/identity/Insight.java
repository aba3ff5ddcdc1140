package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.text.Utf8;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the topic {@code identity.insights}: why identity was decided as it was. A decision
 * that added identifiers only is told by the topic {@code identifiers} alone.
 *
 * @param space id of the space
 * @param sequence offset in the log of the event or order
 * @param number tells the records of one event apart, from 0
 * @param at the event's timestamp, epoch milliseconds; of an order the clock
 * @param source slug of the event's source; empty for an order
 * @param profile canonical id of the profile the event went to; empty if it went to none
 * @param body what happened
 */
public record Insight(
    String space, long sequence, int number, long at, String source, String profile, Body body) {

  /** What happened. */
  public sealed interface Body {}

  /** A rule kept something from taking effect. */
  public record Violated(Violation violation) implements Body {}

  /**
   * Two profiles became one. Of more identifiers than fit into the bound of a record the first are
   * told; the lane, which can take the merge back, has them all.
   */
  public record Merged(Merge merge) implements Body {
    public Merged {
      merge = merge.within(IDENTIFIERS_BYTES_MAX);
    }
  }

  /**
   * A merge was taken back.
   *
   * @param merge id of the merge
   * @param rest canonical id of the profile that is left
   * @param split canonical id of the profile that was split off
   * @param identifiers those of the profile that was split off; the first of more than fit
   */
  public record Unmerged(String merge, String rest, String split, List<Identifier> identifiers)
      implements Body {
    public Unmerged {
      identifiers = Identifier.within(identifiers, IDENTIFIERS_BYTES_MAX);
    }
  }

  /**
   * An order could not be carried out.
   *
   * @param text why: a violation's text, or what was wrong with the order; cut at 1,000 characters
   * @param rule the rule that refused, in words; empty where the text says it all
   * @param identifiers those that the order names; the first of more than fit
   * @param profiles canonical ids of the profiles it is about; the first 1,000
   */
  public record Refused(
      String text, String rule, List<Identifier> identifiers, List<String> profiles)
      implements Body {
    public Refused {
      text = Utf8.cut(text, TEXT_CHARS_MAX);
      rule = Utf8.cut(rule, TEXT_CHARS_MAX);
      identifiers = Identifier.within(identifiers, IDENTIFIERS_BYTES_MAX);
      profiles = List.copyOf(profiles.subList(0, Math.min(profiles.size(), PROFILES_MAX)));
    }
  }

  /** What a list of identifiers in an insight takes at most, in bytes. */
  private static final int IDENTIFIERS_BYTES_MAX = 64 << 10;

  private static final int TEXT_CHARS_MAX = 1_000;
  private static final int PROFILES_MAX = 1_000;

  /** Version 2 added the rule of a refusal and whom it concerns. Version 1: the first. */
  public static final Codec<Insight> CODEC = new InsightCodec();

  /** The topic's key: unique, as is each decision. */
  public byte[] topicKey() {
    return new ByteWriter()
        .writeByte(1)
        .writeString(space)
        .writeLong(sequence)
        .writeInt(number)
        .toBytes();
  }

  private static final class InsightCodec implements Codec<Insight> {
    private static final int VERSION_2 = 2;
    private static final int VIOLATED = 0;
    private static final int MERGED = 1;
    private static final int UNMERGED = 2;
    private static final int REFUSED = 3;

    @Override
    public byte[] encode(Insight insight) {
      ByteWriter out =
          new ByteWriter(160)
              .writeByte(VERSION_2)
              .writeString(insight.space)
              .writeLong(insight.sequence)
              .writeInt(insight.number)
              .writeLong(insight.at)
              .writeString(insight.source)
              .writeString(insight.profile);
      if (insight.body instanceof Violated violated) {
        Violation violation = violated.violation();
        violation.identifier().write(out.writeByte(VIOLATED).writeString(violation.text()));
        out.writeString(violation.messageId()).writeString(violation.rule());
        writeTexts(out, violation.profiles());
      } else if (insight.body instanceof Merged merged) {
        out.writeByte(MERGED).writeBytes(Merge.CODEC.encode(merged.merge()));
      } else if (insight.body instanceof Unmerged unmerged) {
        out.writeByte(UNMERGED)
            .writeString(unmerged.merge())
            .writeString(unmerged.rest())
            .writeString(unmerged.split());
        Identifier.writeAll(out, unmerged.identifiers());
      } else if (insight.body instanceof Refused refused) {
        out.writeByte(REFUSED).writeString(refused.text()).writeString(refused.rule());
        Identifier.writeAll(out, refused.identifiers());
        writeTexts(out, refused.profiles());
      }
      return out.toBytes();
    }

    private static void writeTexts(ByteWriter out, List<String> texts) {
      out.writeInt(texts.size());
      texts.forEach(out::writeString);
    }

    private static List<String> texts(ByteReader in) {
      List<String> texts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        texts.add(in.readString());
      }
      return texts;
    }

    @Override
    public Insight decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "insight");
      return new Insight(
          in.readString(),
          in.readLong(),
          in.readInt(),
          in.readLong(),
          in.readString(),
          in.readString(),
          body(in, version));
    }

    private static Body body(ByteReader in, int version) {
      int kind = in.readByte();
      return switch (kind) {
        case VIOLATED -> violated(in);
        case MERGED -> new Merged(Merge.CODEC.decode(in.readBytes()));
        case UNMERGED ->
            new Unmerged(in.readString(), in.readString(), in.readString(), Identifier.readAll(in));
        case REFUSED ->
            version < VERSION_2
                ? new Refused(in.readString(), "", List.of(), List.of())
                : new Refused(in.readString(), in.readString(), Identifier.readAll(in), texts(in));
        default ->
            throw new IllegalArgumentException("insight: got kind " + kind + " (expected 0 to 3)");
      };
    }

    private static Violated violated(ByteReader in) {
      String text = in.readString();
      Identifier identifier = Identifier.read(in);
      String messageId = in.readString();
      String rule = in.readString();
      return new Violated(new Violation(text, identifier, messageId, rule, texts(in)));
    }
  }
}
