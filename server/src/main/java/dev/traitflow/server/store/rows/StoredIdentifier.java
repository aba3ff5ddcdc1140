package dev.traitflow.server.store.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.text.CodePointOrder;
import java.util.Comparator;

/**
 * An identifier as the store keeps it.
 *
 * @param identifier the identifier
 * @param profile the profile it was given to, before any merge
 * @param sequence offset of that decision in the log
 * @param createdAt timestamp of the event that brought it, epoch milliseconds
 * @param firstMessageId that event's messageId
 * @param source slug of that event's source
 */
public record StoredIdentifier(
    Identifier identifier,
    String profile,
    long sequence,
    long createdAt,
    String firstMessageId,
    String source) {

  /** By creation, then type, then value: the order in which identifiers are shown. */
  public static final Comparator<StoredIdentifier> SHOWN_ORDER =
      Comparator.comparingLong(StoredIdentifier::createdAt)
          .thenComparing(stored -> stored.identifier().type(), CodePointOrder.INSTANCE)
          .thenComparing(stored -> stored.identifier().value(), CodePointOrder.INSTANCE);

  /** Version 1: the first format. */
  public static final Codec<StoredIdentifier> CODEC = new StoredIdentifierCodec();

  private static final class StoredIdentifierCodec implements Codec<StoredIdentifier> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(StoredIdentifier stored) {
      return new ByteWriter(96)
          .writeByte(VERSION_1)
          .writeString(stored.identifier.collection())
          .writeString(stored.identifier.type())
          .writeString(stored.identifier.value())
          .writeString(stored.profile)
          .writeLong(stored.sequence)
          .writeLong(stored.createdAt)
          .writeString(stored.firstMessageId)
          .writeString(stored.source)
          .toBytes();
    }

    @Override
    public StoredIdentifier decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "stored identifier");
      return new StoredIdentifier(
          new Identifier(in.readString(), in.readString(), in.readString()),
          in.readString(),
          in.readLong(),
          in.readLong(),
          in.readString(),
          in.readString());
    }
  }
}
