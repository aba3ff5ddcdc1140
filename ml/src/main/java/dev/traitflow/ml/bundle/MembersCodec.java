package dev.traitflow.ml.bundle;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.model.ModelFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * The models of a bundle as bytes: what scoring needs of them and nothing of who trained them, so
 * that a scorer reads them without a library.
 *
 * <p>Version 1 of a bundle had a Protobuf file of Tribuo's for each member instead, which only the
 * native library of XGBoost reads. Version 2 is this: the number of columns, then each member's
 * family, weight and numbers, bit by bit as they were trained.
 */
final class MembersCodec implements Codec<List<Member>> {
  /** The newest version of the bundle's format. */
  static final int VERSION = 2;

  private final int width;

  /** Of models whose rows have so many columns. */
  MembersCodec(int width) {
    this.width = width;
  }

  @Override
  public byte[] encode(List<Member> members) {
    ByteWriter out = new ByteWriter(1 << 16);
    out.writeByte(VERSION).writeInt(width).writeInt(members.size());
    for (Member member : members) {
      out.writeString(member.family().name()).writeDouble(member.weight());
      member.predictor().write(out);
    }
    return out.toBytes();
  }

  @Override
  public List<Member> decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.requireVersion(VERSION, "models of the bundle");
    int columns = in.readInt();
    if (columns != width) {
      throw new IllegalArgumentException(
          "columns of the bundle's models: got " + columns + " (expected " + width + ")");
    }
    int count = in.readInt();
    if (count < 0) {
      throw new IllegalArgumentException(
          "models of the bundle: got a count of " + count + " (expected 0 or more)");
    }
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ModelFamily family = ModelFamilies.named(in.readString());
      members.add(new Member(family, in.readDouble(), family.read(in, width)));
    }
    return members;
  }
}
