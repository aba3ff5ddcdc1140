package dev.traitflow.ml.bundle;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.ml.model.FlatTrees;
import dev.traitflow.ml.model.LinearWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The models of a bundle as bytes: what scoring needs of them and nothing of who trained them, so
 * that a scorer reads them without a library.
 *
 * <p>Version 1 of a bundle had a Protobuf file of Tribuo's for each member instead, which only the
 * native library of XGBoost reads. Version 2 is this: the number of columns, then each member's
 * kind, weight and numbers, bit by bit as they were trained.
 */
final class MembersCodec implements Codec<List<Member>> {
  /** The newest version of the bundle's format. */
  static final int VERSION = 2;

  private static final int LINE = 0;
  private static final int TREES = 1;

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
      out.writeString(member.kind().word()).writeDouble(member.weight());
      if (member.predictor() instanceof FlatTrees trees) {
        write(trees, out.writeByte(TREES));
      } else if (member.predictor() instanceof LinearWeights line) {
        write(line, out.writeByte(LINE));
      }
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
    List<Member> members = new ArrayList<>();
    int count = count(in, bytes);
    for (int i = 0; i < count; i++) {
      Member.Kind kind = kind(in.readString());
      double weight = in.readDouble();
      members.add(new Member(kind, weight, in.readByte() == TREES ? trees(in, bytes) : line(in)));
    }
    return members;
  }

  private static void write(LinearWeights line, ByteWriter out) {
    out.writeDouble(line.bias()).writeDouble(line.offset()).writeBoolean(line.single());
    for (double weight : line.weights()) {
      out.writeDouble(weight);
    }
  }

  private LinearWeights line(ByteReader in) {
    double bias = in.readDouble();
    double offset = in.readDouble();
    boolean single = in.readBoolean();
    double[] weights = new double[width];
    for (int i = 0; i < width; i++) {
      weights[i] = in.readDouble();
    }
    return new LinearWeights(weights, bias, offset, single);
  }

  private static void write(FlatTrees trees, ByteWriter out) {
    out.writeDouble(trees.bias()).writeInt(trees.trees());
    for (int tree = 0; tree < trees.trees(); tree++) {
      out.writeInt(trees.root(tree));
    }
    out.writeInt(trees.nodes());
    for (int node = 0; node < trees.nodes(); node++) {
      out.writeInt(trees.column(node));
      out.writeInt(Float.floatToRawIntBits(trees.cover(node)));
      if (trees.column(node) < 0) {
        out.writeInt(Float.floatToRawIntBits(trees.leaf(node)));
      } else {
        out.writeInt(Float.floatToRawIntBits(trees.threshold(node)));
        out.writeInt(trees.yes(node)).writeInt(trees.no(node));
      }
    }
  }

  private FlatTrees trees(ByteReader in, byte[] bytes) {
    double bias = in.readDouble();
    int[] roots = new int[count(in, bytes)];
    for (int tree = 0; tree < roots.length; tree++) {
      roots[tree] = in.readInt();
    }
    FlatTrees.Builder nodes = new FlatTrees.Builder();
    int count = count(in, bytes);
    for (int i = 0; i < count; i++) {
      int column = in.readInt();
      float cover = Float.intBitsToFloat(in.readInt());
      float number = Float.intBitsToFloat(in.readInt());
      if (column < 0) {
        int unusedBecauseInOrder = nodes.leaf(number, cover);
      } else {
        nodes.sides(nodes.split(column, number, cover), in.readInt(), in.readInt());
      }
    }
    return nodes.build(bias, roots, width);
  }

  private static Member.Kind kind(String word) {
    for (Member.Kind kind : Member.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("model of the bundle: got the kind " + word);
  }

  /** A count; a damaged one must not claim all memory. */
  private static int count(ByteReader in, byte[] bytes) {
    int count = in.readInt();
    if (count < 0 || count > bytes.length) {
      throw new IllegalArgumentException(
          "models of the bundle: got a count of " + count + " in " + bytes.length + " bytes");
    }
    return count;
  }
}
