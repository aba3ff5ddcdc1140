package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.delivery.Recipient;

/**
 * A call that has not been taken yet.
 *
 * @param space id of the space
 * @param destination id of the destination
 * @param profile canonical id of the profile when it was decided
 * @param key key of the trait or audience
 * @param recipient whom it is about
 * @param number its place among all calls, in the order decided
 * @param messageId the call's id
 * @param payload the call as JSON
 * @param attempts attempts made so far
 * @param first instant of the first attempt, epoch milliseconds; 0 before it
 * @param due instant of the next attempt, epoch milliseconds
 */
public record PendingCall(
    String space,
    String destination,
    String profile,
    String key,
    Recipient recipient,
    long number,
    String messageId,
    byte[] payload,
    int attempts,
    long first,
    long due) {

  /** Version 1: the first format. */
  public static final Codec<PendingCall> CODEC = new PendingCallCodec();

  /** The same after an attempt that failed. */
  public PendingCall again(long now, long nextDue) {
    return new PendingCall(
        space,
        destination,
        profile,
        key,
        recipient,
        number,
        messageId,
        payload,
        attempts + 1,
        attempts == 0 ? now : first,
        nextDue);
  }

  private static final class PendingCallCodec implements Codec<PendingCall> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(PendingCall call) {
      return new ByteWriter(128 + call.payload.length)
          .writeByte(VERSION_1)
          .writeString(call.space)
          .writeString(call.destination)
          .writeString(call.profile)
          .writeString(call.key)
          .writeString(call.recipient.userId())
          .writeString(call.recipient.email())
          .writeString(call.recipient.anonymousId())
          .writeLong(call.number)
          .writeString(call.messageId)
          .writeBytes(call.payload)
          .writeInt(call.attempts)
          .writeLong(call.first)
          .writeLong(call.due)
          .toBytes();
    }

    @Override
    public PendingCall decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "pending call");
      return new PendingCall(
          in.readString(),
          in.readString(),
          in.readString(),
          in.readString(),
          new Recipient(in.readString(), in.readString(), in.readString()),
          in.readLong(),
          in.readString(),
          in.readBytes(),
          in.readInt(),
          in.readLong(),
          in.readLong());
    }
  }
}
