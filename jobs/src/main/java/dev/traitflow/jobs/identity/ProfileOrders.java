package dev.traitflow.jobs.identity;

import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.JoinOrder;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.OrderRefusedException;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.identity.Resolution;
import dev.traitflow.core.identity.Share;
import dev.traitflow.core.identity.Unmerge;
import dev.traitflow.core.identity.UnmergeOrder;
import dev.traitflow.core.identity.Violation;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells histories and readers what becomes of whole profiles: merged, taken apart, deleted. */
final class ProfileOrders {
  private final LaneOutput out;

  ProfileOrders(LaneOutput out) {
    this.out = out;
  }

  /**
   * One event or order at its place in the log.
   *
   * @param at the event's timestamp; of an order the clock
   */
  record Cause(LaneInput input, long at, String source, String messageId) {
    static Cause order(LaneInput input) {
      return new Cause(input, input.record().at(), "", "");
    }

    String space() {
      return input.record().space();
    }

    long sequence() {
      return input.offset();
    }

    /** The clock at the record, epoch milliseconds. */
    long clock() {
      return input.record().at();
    }

    /** The key of a profile, or of a history, of the same space. */
    String key(String profile) {
      return ProfileMessage.profileKey(space(), profile);
    }
  }

  /** Reports what a resolution decided besides whose the event is; merges come first. */
  void decided(Cause cause, Resolution resolution, List<Violation> ofValues) {
    merged(cause, resolution);
    for (Mapping mapping : resolution.added()) {
      mapped(cause, mapping, resolution.profile());
    }
    int number = resolution.merges().size();
    for (List<Violation> some : List.of(ofValues, resolution.violations())) {
      for (Violation violation : some) {
        insight(cause, number++, resolution.profile(), new Insight.Violated(violation));
      }
    }
  }

  /** Reports an event that nothing identifies. */
  void unidentified(Cause cause, List<Violation> ofValues) {
    int number = 0;
    for (Violation violation : ofValues) {
      insight(cause, number++, "", new Insight.Violated(violation));
    }
    Violation none =
        new Violation(
            Violation.NO_IDENTIFIERS,
            Identifier.ofUser("", ""),
            cause.messageId(),
            "at least one identifier that is not empty and not blocked",
            List.of());
    insight(cause, number, "", new Insight.Violated(none));
  }

  private void merged(Cause cause, Resolution resolution) {
    List<Merge> merges = resolution.merges();
    if (merges.isEmpty()) {
      return;
    }
    // All of one event's merges have one survivor: it waits for all their histories together.
    int histories = merges.stream().mapToInt(merge -> merge.loser().parts().size()).sum();
    String survivor = merges.get(0).survivor();
    hold(cause, survivor, histories);
    for (int i = 0; i < merges.size(); i++) {
      Merge merge = merges.get(i);
      List<Share> parts = merge.loser().parts();
      for (Share part : parts) {
        out.message(
            new MergeMessage.Move(
                cause.key(part.history()),
                cause.sequence(),
                cause.clock(),
                survivor,
                merge.loser().id(),
                parts.size(),
                part.owner()));
      }
      merge.loser().segments().forEach(segment -> pointer(cause, segment, survivor));
      insight(cause, i, survivor, new Insight.Merged(merge));
    }
  }

  private void pointer(Cause cause, String segment, String canonical) {
    if (!segment.equals(canonical)) {
      change(
          cause, new IdentityChange.MergedInto(segment, canonical, cause.at(), cause.messageId()));
    }
  }

  private void mapped(Cause cause, Mapping mapping, String profile) {
    change(
        cause,
        new IdentityChange.Mapped(
            mapping.identifier(),
            profile,
            mapping.createdAt(),
            mapping.firstMessageId(),
            mapping.source()));
  }

  /**
   * Carries out an order to make profiles one.
   *
   * @return how many merges that were
   */
  int join(LaneInput input, SpaceGraphs.Graph graph) {
    Cause cause = Cause.order(input);
    JoinOrder order = JoinOrder.CODEC.decode(input.record().body());
    try {
      Resolution resolution = graph.join(order.identifiers(), cause.at(), cause.sequence());
      decided(cause, resolution, List.of());
      return resolution.merges().size();
    } catch (OrderRefusedException refused) {
      insight(cause, 0, "", refused.refusal());
      return 0;
    }
  }

  /** Carries out an order to take a merge back. */
  void unmerge(LaneInput input, SpaceGraphs.Graph graph) {
    Cause cause = Cause.order(input);
    UnmergeOrder order = UnmergeOrder.CODEC.decode(input.record().body());
    try {
      int number = 0;
      // Of several pointers of an id only the last holds.
      Map<String, String> pointers = new LinkedHashMap<>();
      for (Unmerge unmerge : graph.unmerge(order, cause.sequence())) {
        unmerged(cause, unmerge, number++);
        for (ProfileNode side : List.of(unmerge.rest(), unmerge.split())) {
          side.segments().forEach(segment -> pointers.put(segment, side.id()));
        }
      }
      pointers.forEach((segment, canonical) -> pointer(cause, segment, canonical));
    } catch (OrderRefusedException refused) {
      insight(cause, 0, "", refused.refusal());
    }
  }

  private void unmerged(Cause cause, Unmerge unmerge, int number) {
    String rest = unmerge.rest().id();
    String split = unmerge.split().id();
    List<Unmerge.Part> parts = unmerge.parts();
    hold(cause, rest, parts.size());
    hold(cause, split, parts.size());
    for (Unmerge.Part part : parts) {
      HistorySplit division =
          new HistorySplit(
              part.share().owner(), unmerge.before().id(), part.splitSide(), unmerge.rule());
      out.message(
          new MergeMessage.Split(
              cause.key(part.share().history()),
              cause.sequence(),
              cause.clock(),
              rest,
              split,
              parts.size(),
              division));
    }
    for (Unmerge.Remapped remapped : unmerge.remapped()) {
      mapped(cause, remapped.mapping(), remapped.owner());
    }
    insight(
        cause,
        number,
        rest,
        new Insight.Unmerged(
            unmerge.merge().id(),
            rest,
            split,
            unmerge.split().identifiers().stream().map(Mapping::identifier).toList()));
  }

  /** Tells everybody that a profile is deleted. */
  void deleted(LaneInput input, ProfileNode profile) {
    Cause cause = Cause.order(input);
    for (Mapping mapping : profile.identifiers()) {
      change(
          cause, new IdentityChange.Unmapped(mapping.identifier(), profile.id(), cause.at(), true));
    }
    List<Share> parts = profile.parts();
    for (Share part : parts) {
      out.message(
          new MergeMessage.Delete(
              cause.key(part.history()),
              cause.sequence(),
              cause.clock(),
              profile.id(),
              parts.size(),
              part.owner()));
    }
    for (String segment : profile.segments()) {
      change(cause, new IdentityChange.Deleted(segment));
    }
  }

  /** Reports a change of identifiers. */
  void change(Cause cause, IdentityChange.Body body) {
    out.change(new IdentityChange(cause.space(), cause.sequence(), body));
  }

  private void insight(Cause cause, int number, String profile, Insight.Body body) {
    out.insight(
        new Insight(
            cause.space(), cause.sequence(), number, cause.at(), cause.source(), profile, body));
  }

  /** Has a profile wait until as many histories have come. */
  private void hold(Cause cause, String profile, int histories) {
    out.message(
        new MergeMessage.Hold(cause.key(profile), cause.sequence(), cause.clock(), histories));
  }
}
