package dev.traitflow.core.delivery;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one destination was told last of one value of one profile.
 *
 * <p>Laws: a value goes to each recipient once; it goes again only when it changed, or to a
 * recipient that is new. A removal is told only to whom a value was told before.
 *
 * @param sends how often something was sent, which numbers the messages
 * @param json the value as compact JSON; null if nothing was sent, or the removal
 * @param recipients who knows it
 */
public record LastSent(long sends, @Nullable String json, List<Recipient> recipients) {
  /** Nothing was sent yet. */
  public static final LastSent NEVER = new LastSent(0, null, List.of());

  /** Version 1: the first format. */
  public static final Codec<LastSent> CODEC = new LastSentCodec();

  private static final String FALSE = "false";

  public LastSent {
    recipients = List.copyOf(recipients);
  }

  /**
   * What is to be sent now.
   *
   * @param json the value, null for its removal
   * @param replaces true if it makes older ones obsolete that wait to be sent again
   * @param recipients to whom
   * @param next what will have been sent then
   */
  public record Decision(
      @Nullable String json, boolean replaces, List<Recipient> recipients, LastSent next) {
    public Decision {
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * Decides what to send of a value.
   *
   * @param now the value now, as compact JSON; null if the profile has none
   * @param membership true if it is the membership of an audience: of someone who left, only an
   *     entry that was sent is taken back
   * @param recipients whom the profile's calls are about
   */
  public Decision decide(@Nullable String now, boolean membership, List<Recipient> recipients) {
    boolean nothingToTakeBack = json == null && (now == null || (membership && isExit(now)));
    if (recipients.isEmpty() || (nothingToTakeBack && sends == 0)) {
      return new Decision(now, false, List.of(), this);
    }
    if (now == null ? json == null : now.equals(json)) {
      List<Recipient> fresh = new ArrayList<>(recipients);
      fresh.removeAll(this.recipients);
      if (fresh.isEmpty() || now == null) {
        return new Decision(now, false, List.of(), this);
      }
      List<Recipient> all = new ArrayList<>(this.recipients);
      all.addAll(fresh);
      return new Decision(now, false, fresh, new LastSent(sends + 1, now, all));
    }
    return new Decision(now, true, recipients, new LastSent(sends + 1, now, recipients));
  }

  /** The same, told to nobody the survivor of a merge knows: its recipients are to hear of it. */
  public LastSent inherited() {
    return new LastSent(sends, json, List.of());
  }

  private static boolean isExit(String value) {
    return value.equals(FALSE);
  }

  private static final class LastSentCodec implements Codec<LastSent> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(LastSent sent) {
      ByteWriter out = new ByteWriter(64).writeByte(VERSION_1).writeLong(sent.sends);
      out.writeNullableBytes(sent.json == null ? null : sent.json.getBytes(StandardCharsets.UTF_8));
      out.writeInt(sent.recipients.size());
      for (Recipient recipient : sent.recipients) {
        out.writeString(recipient.userId())
            .writeString(recipient.email())
            .writeString(recipient.anonymousId());
      }
      return out.toBytes();
    }

    @Override
    public LastSent decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "last sent");
      long sends = in.readLong();
      byte[] json = in.readNullableBytes();
      List<Recipient> recipients = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        recipients.add(new Recipient(in.readString(), in.readString(), in.readString()));
      }
      return new LastSent(
          sends, json == null ? null : new String(json, StandardCharsets.UTF_8), recipients);
    }
  }
}
