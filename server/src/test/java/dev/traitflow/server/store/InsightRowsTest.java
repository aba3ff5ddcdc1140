package dev.traitflow.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.Mapping;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.identity.Violation;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.store.apply.RecordApplier;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.StoredInsight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of decisions, whatever the order in which its topics' partitions are read. */
class InsightRowsTest {
  private static final Identifier U1 = Identifier.ofUser("user_id", "u1");
  private static final Identifier A1 = Identifier.ofUser("anonymous_id", "a1");
  private static final Identifier A2 = Identifier.ofUser("anonymous_id", "a2");
  private static final long DELETED = 90;

  @TempDir private Path directory = Path.of("");
  private final Map<String, Deque<byte[][]>> partitions = new TreeMap<>();

  @Test
  void nothingOfADeletedPersonIsLeftInWhateverOrderTheTopicsAreRead() throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      sayAllOfOnePerson();
      insight(DELETED + 5, "p9", new Insight.Violated(violation("u9", List.of("p8"), A1)));
      Path place = directory.resolve("seed" + seed);
      try (ProfileRepository repository = ProfileRepository.open(place)) {
        readAll(repository, new SplittableRandom(seed));
        assertThat(entries(repository)).as("seed " + seed).containsExactly("VIOLATION 95 p9 [p8]");
        try (ProfileView view = repository.view()) {
          assertThat(view.identifiers("spa", "p1")).as("seed " + seed).isEmpty();
          assertThat(view.insights("spa").merge("mrg_30_0")).as("seed " + seed).isEmpty();
        }
      }
    }
  }

  @Test
  void whatNamesADeletedPersonByAnIdentifierAloneGoesToo() throws IOException {
    change("a", 10, mapped(A1, "p4"));
    insight(20, "p4", new Insight.Violated(violation("m20", List.of(), A1)));
    insight(DELETED + 5, "p9", new Insight.Violated(violation("m95", List.of(), A1)));
    try (ProfileRepository repository = ProfileRepository.open(directory)) {
      readAll(repository, new SplittableRandom(1));
      assertThat(entries(repository)).hasSize(3);
      // An unmerge gave the identifier to p1, which is deleted.
      change("a", DELETED, new IdentityChange.Unmapped(A1, "p1", 90, true));
      readAll(repository, new SplittableRandom(1));
      assertThat(entries(repository)).containsExactly("VIOLATION 95 p9 []");
    }
  }

  @Test
  void anIdentifierTakenAwayByAnOrderHasTheTimeOfTheOrder() throws IOException {
    change("a", 10, mapped(A1, "p1"));
    change("a", 20, new IdentityChange.Unmapped(A1, "p1", 1_740_000_000_000L, false));
    try (ProfileRepository repository = ProfileRepository.open(directory)) {
      readAll(repository, new SplittableRandom(1));
      List<Long> times = new ArrayList<>();
      try (ProfileView view = repository.view()) {
        view.insights("spa")
            .visit(null, StoredInsight.Kind.UNMAPPED, null, e -> times.add(e.insight().at()));
      }
      assertThat(times).containsExactly(1_740_000_000_000L);
    }
  }

  @Test
  void anUnmappingOfBeforeIsReadWithoutATime() {
    byte[] before =
        new ByteWriter()
            .writeByte(1)
            .writeString("spa")
            .writeLong(20)
            .writeByte(2)
            .writeString("users")
            .writeString("anonymous_id")
            .writeString("a1")
            .writeString("p1")
            .toBytes();
    assertThat(IdentityChange.CODEC.decode(before))
        .isEqualTo(new IdentityChange("spa", 20, new IdentityChange.Unmapped(A1, "p1", 0, false)));
  }

  /** p1 has u1 and a1, absorbs p2 with a2, breaks limits and refuses an order; then it goes. */
  private void sayAllOfOnePerson() {
    change("u", 10, mapped(U1, "p1"));
    change("a", 11, mapped(A1, "p1"));
    change("b", 12, mapped(A2, "p2"));
    insight(20, "p1", new Insight.Violated(violation("m20", List.of("p1", "p3"), A1)));
    insight(21, "p3", new Insight.Violated(violation("m21", List.of("p2"), A2)));
    ProfileNode loser =
        new ProfileNode(
            "p2",
            12,
            List.of(),
            List.of(new Mapping(A2, 12, "m12", "web")),
            List.of("p2"),
            List.of(),
            List.of());
    insight(
        30,
        "p1",
        new Insight.Merged(
            new Merge("mrg_30_0", 30, "p1", loser, List.of(A1), List.of(A2), "m30")));
    change("p2", 30, new IdentityChange.MergedInto("p2", "p1", 30, "m30"));
    insight(
        40, "", new Insight.Refused("text", "user_id limit 1", List.of(U1), List.of("p1", "p3")));
    insight(41, "p4", new Insight.Violated(violation("m41", List.of("p1"), U1)));
    change("u", DELETED, new IdentityChange.Unmapped(U1, "p1", 90, true));
    change("a", DELETED, new IdentityChange.Unmapped(A1, "p1", 90, true));
    change("b", DELETED, new IdentityChange.Unmapped(A2, "p1", 90, true));
    change("p1", DELETED, new IdentityChange.Deleted("p1"));
    change("p2", DELETED, new IdentityChange.Deleted("p2"));
  }

  private static Violation violation(String messageId, List<String> profiles, Identifier about) {
    return new Violation(Violation.VALUE_LIMIT, about, messageId, "user_id limit 1", profiles);
  }

  private static IdentityChange.Mapped mapped(Identifier identifier, String profile) {
    return new IdentityChange.Mapped(identifier, profile, 10, "m10", "web");
  }

  /** Records of one name are read in their order. */
  private void change(String partition, long sequence, IdentityChange.Body body) {
    IdentityChange change = new IdentityChange("spa", sequence, body);
    say(
        Topics.IDENTIFIERS + " " + partition,
        change.topicKey(),
        IdentityChange.CODEC.encode(change));
  }

  private void insight(long sequence, String profile, Insight.Body body) {
    Insight insight = new Insight("spa", sequence, 0, sequence, "web", profile, body);
    say(Topics.INSIGHTS + " all", insight.topicKey(), Insight.CODEC.encode(insight));
  }

  private void say(String partition, byte[] key, byte[] value) {
    partitions.computeIfAbsent(partition, any -> new ArrayDeque<>()).add(new byte[][] {key, value});
  }

  /** Reads every partition to its end, now of the one and now of the other, in batches. */
  private void readAll(ProfileRepository repository, SplittableRandom random) {
    RecordApplier applier = repository.applier();
    List<String> names = new ArrayList<>(partitions.keySet());
    long offset = 0;
    while (!names.isEmpty()) {
      int at = random.nextInt(names.size());
      Deque<byte[][]> records = Objects.requireNonNull(partitions.get(names.get(at)));
      byte[][] record = records.poll();
      if (record == null) {
        names.remove(at);
        continue;
      }
      String topic = names.get(at).substring(0, names.get(at).indexOf(' '));
      applier.apply(topic, at, offset++, record[0], record[1]);
      if (random.nextBoolean()) {
        applier.commit();
      }
    }
    applier.commit();
  }

  private static List<String> entries(ProfileRepository repository) {
    List<String> entries = new ArrayList<>();
    try (ProfileView view = repository.view()) {
      view.insights("spa")
          .visit(
              null,
              null,
              null,
              entry -> {
                StoredInsight insight = entry.insight();
                return entries.add(
                    insight.kind()
                        + " "
                        + insight.sequence()
                        + " "
                        + insight.profile()
                        + " "
                        + insight.others());
              });
    }
    return entries;
  }
}
