package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whose an event is after an unmerge: that side's that owns the strongest identifier it carried.
 *
 * @param strongestFirst the types of the identifiers of both sides, by strength
 * @param split the identifiers of the side that is split off
 * @param rest the identifiers of the other side
 */
public record SplitRule(List<String> strongestFirst, Set<Identifier> split, Set<Identifier> rest) {

  /** Version 1: the first format. */
  public static final Codec<SplitRule> CODEC = new SplitRuleCodec();

  public SplitRule {
    strongestFirst = List.copyOf(strongestFirst);
    split = Set.copyOf(split);
    rest = Set.copyOf(rest);
  }

  /** The rule of an unmerge, under the priorities of its space. */
  static SplitRule of(
      IdentityRules rules, Collection<Identifier> split, Collection<Identifier> rest) {
    Set<String> types = new TreeSet<>();
    split.forEach(each -> types.add(each.type()));
    rest.forEach(each -> types.add(each.type()));
    List<String> strongestFirst = new ArrayList<>(types);
    strongestFirst.sort(rules::compareStrength);
    return new SplitRule(strongestFirst, new HashSet<>(split), new HashSet<>(rest));
  }

  /**
   * True if an event with these identifiers goes to the side that is split off; empty if it carried
   * none of either side.
   *
   * @param identifiers in extraction order: of equally strong ones the first decides
   */
  public Optional<Boolean> isSplit(List<Identifier> identifiers) {
    for (String type : strongestFirst) {
      for (Identifier identifier : identifiers) {
        if (!identifier.type().equals(type)) {
          continue;
        }
        if (split.contains(identifier)) {
          return Optional.of(true);
        }
        if (rest.contains(identifier)) {
          return Optional.of(false);
        }
      }
    }
    return Optional.empty();
  }

  private static final class SplitRuleCodec implements Codec<SplitRule> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(SplitRule rule) {
      ByteWriter out = new ByteWriter().writeByte(VERSION_1).writeInt(rule.strongestFirst.size());
      rule.strongestFirst.forEach(out::writeString);
      Identifier.writeAll(out, List.copyOf(rule.split));
      Identifier.writeAll(out, List.copyOf(rule.rest));
      return out.toBytes();
    }

    @Override
    public SplitRule decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "split rule");
      List<String> types = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        types.add(in.readString());
      }
      return new SplitRule(
          types, new HashSet<>(Identifier.readAll(in)), new HashSet<>(Identifier.readAll(in)));
    }
  }
}
