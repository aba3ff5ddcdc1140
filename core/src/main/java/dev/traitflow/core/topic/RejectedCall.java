package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.text.Utf8;
import java.util.Arrays;

/**
 * A record of the topic {@code events.rejected}: a call that was refused, and why.
 *
 * @param space id of the space
 * @param source slug of the source
 * @param sequence offset in the log
 * @param origin digest of the replayed file, or empty
 * @param line line number in the replayed file, or 0
 * @param at when it was received, epoch milliseconds
 * @param reason why it was refused
 * @param message what was found, in a sentence, cut at 1,000 characters
 * @param sample the call's bytes, cut at 32,768
 */
public record RejectedCall(
    String space,
    String source,
    long sequence,
    String origin,
    long line,
    long at,
    DiscardReason reason,
    String message,
    byte[] sample) {

  private static final int SAMPLE_BYTES_MAX = 32_768;
  private static final int MESSAGE_CHARS_MAX = 1_000;

  public RejectedCall {
    message = Utf8.cut(message, MESSAGE_CHARS_MAX);
    sample = sample.length > SAMPLE_BYTES_MAX ? Arrays.copyOf(sample, SAMPLE_BYTES_MAX) : sample;
  }

  /** Version 1: the first format. Reasons are written by name. */
  public static final Codec<RejectedCall> CODEC = new RejectedCallCodec();

  /** The topic's key. */
  public byte[] topicKey() {
    return new ByteWriter()
        .writeByte(1)
        .writeString(space)
        .writeString(source)
        .writeLong(sequence)
        .toBytes();
  }

  private static final class RejectedCallCodec implements Codec<RejectedCall> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(RejectedCall call) {
      return new ByteWriter(64 + call.sample.length)
          .writeByte(VERSION_1)
          .writeString(call.space)
          .writeString(call.source)
          .writeLong(call.sequence)
          .writeString(call.origin)
          .writeLong(call.line)
          .writeLong(call.at)
          .writeString(call.reason.wireName())
          .writeString(call.message)
          .writeBytes(call.sample)
          .toBytes();
    }

    @Override
    public RejectedCall decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "rejected call");
      return new RejectedCall(
          in.readString(),
          in.readString(),
          in.readLong(),
          in.readString(),
          in.readLong(),
          in.readLong(),
          DiscardReason.ofWireName(in.readString()),
          in.readString(),
          in.readBytes());
    }
  }
}
