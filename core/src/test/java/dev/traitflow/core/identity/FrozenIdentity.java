package dev.traitflow.core.identity;

import dev.traitflow.core.codec.Frozen;
import java.util.List;

/** What this package stores. */
public final class FrozenIdentity {
  private static final Identifier EMAIL = Identifier.ofUser(Identifier.EMAIL, "ä@x.io");
  private static final Identifier USER = Identifier.ofUser(Identifier.USER_ID, "u1");
  private static final Identifier ACCOUNT =
      new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, "g1");

  /** A profile with every field. */
  public static final ProfileNode NODE =
      new ProfileNode(
          "use_1",
          1_740_000_000_000L,
          List.of("mrg_7_0"),
          List.of(
              new Mapping(EMAIL, 1_739_999_999_999L, "m-1", "web"),
              new Mapping(USER, 1_740_000_000_001L, "m-2", "app")),
          List.of("use_1", "use_2"),
          List.of(new Share("use_3", "use_1~9")),
          List.of(new KeptApart("mrg_9_0", true)));

  /** A merge with every field. */
  public static final Merge MERGE =
      new Merge("mrg_17_0", 17, "use_9", NODE, List.of(USER), List.of(EMAIL, ACCOUNT), "m-17");

  private static final UnmergeOrder UNMERGE =
      new UnmergeOrder("mrg_17_0", List.of(EMAIL, ACCOUNT), true);

  private static final Insight VIOLATED =
      insight(
          new Insight.Violated(
              new Violation(Violation.BLOCKED, EMAIL, "m-1", "no *@x.io", List.of("use_1"))));

  private static final Insight MERGED = insight(new Insight.Merged(MERGE));

  private static final Insight UNMERGED =
      insight(new Insight.Unmerged("mrg_17_0", "use_9", "use_1~18", List.of(EMAIL, USER)));

  private static final Insight REFUSED =
      insight(
          new Insight.Refused(
              Violation.MERGE_LIMIT, "at most 50", List.of(EMAIL), List.of("use_1", "use_2")));

  /** Version 1 of a refusal had the text alone. */
  private static final Insight REFUSED_1 =
      insight(new Insight.Refused(Violation.MERGE_LIMIT, "", List.of(), List.of()));

  private static Insight insight(Insight.Body body) {
    return new Insight("spa_shop", 18, 2, 1_740_000_000_000L, "web", "use_9", body);
  }

  /** Every form. */
  public static final List<Frozen> ALL =
      List.of(
          Frozen.of("profile-node.v2", ProfileNode.CODEC, NODE),
          Frozen.of("merge.v1", Merge.CODEC, MERGE),
          Frozen.of("join-order.v1", JoinOrder.CODEC, new JoinOrder(List.of(EMAIL, USER))),
          Frozen.of("unmerge-order.v1", UnmergeOrder.CODEC, UNMERGE),
          Frozen.of("insight.violated.v2", Insight.CODEC, VIOLATED),
          Frozen.of("insight.merged.v2", Insight.CODEC, MERGED),
          Frozen.of("insight.unmerged.v2", Insight.CODEC, UNMERGED),
          Frozen.earlier("insight.refused.v1", Insight.CODEC, REFUSED_1),
          Frozen.of("insight.refused.v2", Insight.CODEC, REFUSED),
          Frozen.key("insight.key.v1", REFUSED.topicKey()));

  private FrozenIdentity() {}
}
