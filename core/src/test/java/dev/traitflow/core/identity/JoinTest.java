package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.traitflow.core.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator's order to make profiles one. */
class JoinTest {
  private static final long DAY = IdentityLab.DAY;

  @Test
  void isRefusedWholeByTheLimitItWouldBreak() {
    IdentityLab lab = IdentityLab.withDefaults();
    String first = lab.send("{'type':'identify','userId':'u1'}").profile();
    String second = lab.send("{'type':'identify','userId':'u2'}").profile();
    String visitor = lab.send("{'type':'track','event':'A','anonymousId':'a1'}").profile();
    List<Identifier> all = ids("user_id:u1", "user_id:u2", "anonymous_id:a1", "email:unknown");
    Insight.Refused refusal = refusal(IdentityRules.DEFAULT, lab, all);
    assertThat(refusal.text()).isEqualTo("Identifier value limit exceeded");
    assertThat(refusal.rule()).isEqualTo("user_id limit 1");
    assertThat(refusal.identifiers()).isEqualTo(all.subList(0, 3));
    assertThat(refusal.profiles()).containsExactly(first, second, visitor);
    assertThat(lab.profileOf("anonymous_id", "a1")).containsExactly("anonymous_id:a1");
  }

  @Test
  void mayJoinWhatBreaksNoLimit() throws OrderRefusedException {
    IdentityLab lab = IdentityLab.withDefaults();
    lab.send("{'type':'identify','userId':'u1'}");
    lab.send("{'type':'track','event':'A','anonymousId':'a1'}");
    lab.send("{'type':'track','event':'A','anonymousId':'a2'}");
    IdentityGraph graph = new IdentityGraph(IdentityRules.DEFAULT, lab.store);
    Resolution joined =
        graph.join(ids("anonymous_id:a2", "user_id:u1", "anonymous_id:a1"), IdentityLab.START, 9);
    assertThat(joined.merges()).hasSize(2);
    assertThat(lab.profileOf("user_id", "u1"))
        .containsExactlyInAnyOrder("user_id:u1", "anonymous_id:a1", "anonymous_id:a2");
  }

  @Test
  void isRefusedByAWindowThatHasNotPassed() throws OrderRefusedException {
    IdentityRules rules =
        IdentityLab.rules("{'identifiers':[{'type':'anonymous_id','limit':1,'window':'weekly'}]}");
    IdentityLab lab = IdentityLab.withDefaults();
    lab.sendAt(IdentityLab.START, "{'type':'track','event':'A','anonymousId':'a1'}");
    lab.sendAt(IdentityLab.START, "{'type':'track','event':'A','anonymousId':'a2'}");
    List<Identifier> both = ids("anonymous_id:a1", "anonymous_id:a2");
    assertThat(refusal(rules, lab, both).rule()).isEqualTo("anonymous_id limit 1 weekly");
    IdentityGraph graph = new IdentityGraph(rules, lab.store);
    assertThat(graph.join(both, IdentityLab.START + 8 * DAY, 9).merges()).hasSize(1);
  }

  @Test
  void countsTheMergesAndIdentifiersOfAllProfilesTogether() {
    HeapIdentityStore store = new HeapIdentityStore();
    List<Identifier> some = new ArrayList<>();
    for (int profile = 0; profile < 3; profile++) {
      List<Mapping> mappings = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        Identifier id = Identifier.ofUser("t" + profile + "_" + i, "v");
        mappings.add(new Mapping(id, 0, "m", "web"));
        store.setOwner(id, "p" + profile);
      }
      some.add(mappings.get(0).identifier());
      store.put(ProfileNode.created("p" + profile, profile).with(mappings));
    }
    IdentityGraph graph = new IdentityGraph(IdentityRules.DEFAULT, store);
    OrderRefusedException refused =
        catchThrowableOfType(OrderRefusedException.class, () -> graph.join(some, 0, 9));
    assertThat(refused)
        .hasMessage("Identifier mapping limit exceeded (1000 identifiers a profile)");
    assertThat(store.profiles()).hasSize(3);
  }

  @Test
  void aRefusalSurvivesItsTripThroughBytesAndOneOfBeforeIsRead() {
    Insight refused =
        new Insight(
            "shop",
            7,
            0,
            9,
            "",
            "",
            new Insight.Refused("text", "rule", ids("user_id:u1"), List.of("p1")));
    byte[] bytes = Insight.CODEC.encode(refused);
    assertThat(Insight.CODEC.decode(bytes)).isEqualTo(refused);
    byte[] before =
        new ByteWriter()
            .writeByte(1)
            .writeString("shop")
            .writeLong(7)
            .writeInt(0)
            .writeLong(9)
            .writeString("")
            .writeString("")
            .writeByte(3)
            .writeString("text")
            .toBytes();
    assertThat(Insight.CODEC.decode(before).body())
        .isEqualTo(new Insight.Refused("text", "", List.of(), List.of()));
  }

  private static Insight.Refused refusal(
      IdentityRules rules, IdentityLab lab, List<Identifier> ids) {
    IdentityGraph graph = new IdentityGraph(rules, lab.store);
    return catchThrowableOfType(
            OrderRefusedException.class, () -> graph.join(ids, IdentityLab.START + 10_000, 9))
        .refusal();
  }

  private static List<Identifier> ids(String... texts) {
    return List.of(texts).stream()
        .map(text -> text.split(":"))
        .map(pair -> Identifier.ofUser(pair[0], pair[1]))
        .toList();
  }
}
