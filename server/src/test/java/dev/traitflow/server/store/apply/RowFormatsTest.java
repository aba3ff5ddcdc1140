package dev.traitflow.server.store.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.delivery.LastSent;
import dev.traitflow.core.delivery.Recipient;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.delivery.rows.DeliveryMark;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.delivery.rows.DeliveryTables;
import dev.traitflow.server.delivery.rows.PendingCall;
import dev.traitflow.server.store.rows.RowStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The rows that a record of each kind becomes, key by key, against rows that were once written: a
 * store of before goes on, and a reader finds what an earlier version put there.
 */
public final class RowFormatsTest {
  private static final String CHANGED =
      "the rows of the store changed: stores written before can no longer be read;"
          + " keep the old form readable, never edit the fixture";

  private static final String SPACE = "spa_shop";
  private static final String FLEX = "Flex - Engagement Initiated";
  private static final long T0 = 1_740_000_000_000L;
  private static final Identifier EMAIL = Identifier.ofUser(Identifier.EMAIL, "ä@x.io");
  private static final Identifier ACCOUNT =
      new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, "g1");

  @TempDir private Path directory = Path.of("");

  @Test
  void recordsBecomeTheRowsTheyOnceBecame() throws IOException {
    try (RowStore rows = RowStore.open(directory, false)) {
      applyAll(rows);
      assertThat(dump(rows)).as(CHANGED).isEqualTo(stored());
    }
  }

  /** The same records over rows of before change nothing: all of them are found and understood. */
  @Test
  void rowsOfBeforeAreUnderstood() throws IOException, RocksDBException {
    try (RowStore rows = RowStore.open(directory, false);
        WriteBatch batch = new WriteBatch()) {
      HexFormat hex = HexFormat.of();
      for (String line : stored()) {
        String[] sides = line.substring(2).split("=", -1);
        batch.put(hex.parseHex(sides[0]), hex.parseHex(sides[1]));
      }
      rows.write(batch);
      DeliveryStore deliveries = new DeliveryStore(rows);
      assertThat(deliveries.marks(Long.MAX_VALUE, 10)).hasSize(1);
      assertThat(deliveries.pending()).hasSize(1);
      assertThat(deliveries.captured("des_1")).hasSize(1);
      assertThat(deliveries.plannedAnswer("des_1"))
          .contains(new DeliveryStore.PlannedAnswer(503, 2));
      assertThat(deliveries.filtered("des_1")).isEqualTo(Map.of("integrations", 3L));
      assertThat(deliveries.lastSent(SPACE, "use_1", "plan", "des_1").sends()).isEqualTo(3);
      try (RecordApplier applier = new RecordApplier(rows, deliveries)) {
        assertThat(applier.nextOffset(Topics.PROFILE_CHANGES, 1)).isEqualTo(4);
        applyTopics(applier);
        applier.commit();
      }
      assertThat(dump(rows)).as(CHANGED).isEqualTo(stored());
    }
  }

  private static void applyAll(RowStore rows) throws IOException {
    DeliveryStore deliveries = new DeliveryStore(rows);
    try (RecordApplier applier = new RecordApplier(rows, deliveries)) {
      applyTopics(applier);
      applier.commit();
    }
    try (DeliveryStore.Work work = deliveries.work();
        WriteBatch batch = new WriteBatch()) {
      Recipient recipient = new Recipient("u1", "ä@x.io", "a1");
      work.setLastSent(
          SPACE, "use_1", "plan", "des_1", new LastSent(3, "\"pro\"", List.of(recipient)));
      work.putPending(
          new PendingCall(
              SPACE, "des_1", "use_1", "plan", recipient, 7, "m-1", new byte[] {1}, 3, T0, T0 + 9));
      work.capture("des_1", "{\"a\":1}".getBytes(UTF_8));
      work.plan("des_1", new DeliveryStore.PlannedAnswer(503, 2));
      work.commit();
      batch.put(
          DeliveryTables.Marks.key(12),
          DeliveryMark.CODEC.encode(new DeliveryMark(SPACE, "use_1", "plan", "use_2")));
      batch.put(
          DeliveryTables.Filtered.key("des_1", "integrations"), DeliveryTables.Filtered.encode(3));
      rows.write(batch);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** One record of each kind. */
  private static void applyTopics(RecordApplier applier) {
    applier.rememberPartitions(Topics.PROFILE_EVENTS, 3);
    applier.apply(
        Topics.SPACES, 0, 0, SPACE.getBytes(UTF_8), "{\"id\":\"spa_shop\"}".getBytes(UTF_8));
    ResolvedEvent group = event(EventType.GROUP, "", "m-1", List.of(EMAIL, ACCOUNT));
    ResolvedEvent flex = event(EventType.TRACK, FLEX, "m-2\0", List.of(EMAIL));
    apply(applier, Topics.PROFILE_EVENTS, 0, group.topicKey(), ResolvedEvent.CODEC.encode(group));
    apply(applier, Topics.PROFILE_EVENTS, 1, flex.topicKey(), ResolvedEvent.CODEC.encode(flex));
    identities(applier);
    changes(applier);
    insights(applier);
    Marker marker = new Marker("fold", 1, 4, 99, 12, T0, Map.of("accepted", 3L));
    apply(applier, Topics.PROFILE_CHANGES, 3, marker.topicKey(), Marker.CODEC.encode(marker));
  }

  private static void identities(RecordApplier applier) {
    IdentityChange mapped =
        new IdentityChange(SPACE, 17, new IdentityChange.Mapped(EMAIL, "use_1", T0, "m-1", "web"));
    IdentityChange deleted = new IdentityChange(SPACE, 18, new IdentityChange.Deleted("use_8"));
    apply(applier, Topics.IDENTIFIERS, 0, mapped.topicKey(), IdentityChange.CODEC.encode(mapped));
    apply(applier, Topics.IDENTIFIERS, 1, deleted.topicKey(), IdentityChange.CODEC.encode(deleted));
  }

  private static void changes(RecordApplier applier) {
    byte[] json = "\"pro\"".getBytes(UTF_8);
    List<ProfileChange.Body> bodies =
        List.of(
            new ProfileChange.Value(new TraitValue("plan", TraitClass.CUSTOM, json, 0, T0, "web")),
            new ProfileChange.Staged(new TraitValue("sum", TraitClass.COMPUTED, json, 2, T0, "")),
            new ProfileChange.Absorbed("use_2", 17));
    for (int i = 0; i < bodies.size(); i++) {
      ProfileChange change = new ProfileChange(SPACE, "use_1", 99, T0, bodies.get(i));
      apply(
          applier,
          Topics.PROFILE_CHANGES,
          i,
          change.topicKey(),
          ProfileChange.CODEC.encode(change));
    }
  }

  private static void insights(RecordApplier applier) {
    ProfileNode loser =
        new ProfileNode(
            "use_2",
            T0,
            List.of(),
            List.of(new Mapping(EMAIL, T0, "m-1", "web")),
            List.of("use_2"),
            List.of(),
            List.of());
    Merge merge = new Merge("mrg_17_0", 17, "use_1", loser, List.of(EMAIL), List.of(), "m-17");
    List<Insight.Body> bodies =
        List.of(
            new Insight.Merged(merge),
            new Insight.Unmerged("mrg_17_0", "use_1", "use_1~18", List.of(EMAIL)));
    for (int i = 0; i < bodies.size(); i++) {
      Insight insight = new Insight(SPACE, 17 + i, i, T0, "web", "use_1", bodies.get(i));
      apply(applier, Topics.INSIGHTS, i, insight.topicKey(), Insight.CODEC.encode(insight));
    }
  }

  private static void apply(
      RecordApplier applier, String topic, long offset, byte[] key, byte[] value) {
    applier.apply(topic, 1, offset, key, value);
  }

  private static ResolvedEvent event(
      EventType type, String name, String messageId, List<Identifier> identifiers) {
    Event event =
        new Event(
            type,
            messageId,
            T0,
            T0 + 1,
            "web",
            name,
            "u1",
            null,
            "g1",
            null,
            null,
            null,
            Event.NONE,
            Event.NONE,
            Event.NONE);
    return new ResolvedEvent(SPACE, "use_1", 17, event, identifiers);
  }

  /** Every row in the order of keys: its table, then key and value in hex. */
  private static List<String> dump(RowStore rows) {
    List<String> lines = new ArrayList<>();
    HexFormat hex = HexFormat.of();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          new byte[0],
          (key, value) ->
              lines.add((char) key[0] + " " + hex.formatHex(key) + "=" + hex.formatHex(value)));
    }
    return lines;
  }

  private static List<String> stored() throws IOException {
    try (InputStream in = RowFormatsTest.class.getResourceAsStream("rows-v1.txt")) {
      byte[] bytes = Objects.requireNonNull(in, "rows-v1.txt").readAllBytes();
      return new String(bytes, UTF_8).lines().toList();
    }
  }
}
