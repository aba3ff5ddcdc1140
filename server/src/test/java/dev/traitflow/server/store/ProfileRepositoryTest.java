package dev.traitflow.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.questions.ProfileExport;
import dev.traitflow.server.store.read.ProfileView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileRepositoryTest {
  private static final String SPACE = "spa";

  private final Path directory;
  private ProfileRepository repository;
  private TopicRecords topics;

  ProfileRepositoryTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    repository = ProfileRepository.open(directory);
    topics = new TopicRecords(repository, 1);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private Optional<String> resolve(String type, String value) {
    try (ProfileView view = repository.view()) {
      return view.resolve(SPACE, Identifier.ofUser(type, value));
    }
  }

  private List<String> traits(String profile) {
    try (ProfileView view = repository.view()) {
      return view.traits(SPACE, profile).stream().map(t -> t.key() + "=" + t.text()).toList();
    }
  }

  private List<String> identifiers(String profile) {
    try (ProfileView view = repository.view()) {
      return view.identifiers(SPACE, profile).stream()
          .map(stored -> stored.identifier().type() + ":" + stored.identifier().value())
          .toList();
    }
  }

  private List<String> history(String profile, long from, long to, boolean ascending) {
    List<String> messageIds = new ArrayList<>();
    try (ProfileView view = repository.view()) {
      view.events(SPACE, profile, from, to, ascending, e -> messageIds.add(e.event().messageId()));
    }
    return messageIds;
  }

  private String export() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ProfileExport.write(repository, SPACE, "users", out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void givesAnIdentifierToTheProfileOfTheHighestSequence() {
    topics.mapped("email", "a@x.io", "use_2", 9).mapped("email", "a@x.io", "use_1", 4).applied();

    assertThat(resolve("email", "a@x.io")).contains("use_2");
    assertThat(identifiers("use_1")).isEmpty();
    assertThat(identifiers("use_2")).containsExactly("email:a@x.io");
  }

  @Test
  void takesAnIdentifierFromTheProfileThatHadIt() {
    topics.mapped("email", "a@x.io", "use_1", 4).applied();
    topics.mapped("email", "a@x.io", "use_2", 9).applied();

    assertThat(identifiers("use_1")).isEmpty();
    assertThat(identifiers("use_2")).containsExactly("email:a@x.io");
  }

  @Test
  void ignoresValuesOfAnOlderAttemptThanTheNewestOfThePartition() {
    topics.value("use_1", "orders", "2", 7).value("use_1", "orders", "1", 6).applied();
    topics.value("use_2", "orders", "1", 6).applied();

    assertThat(traits("use_1")).containsExactly("orders=2");
    assertThat(traits("use_2")).isEmpty();
  }

  @Test
  void removesATraitThatHasNoValue() {
    topics.value("use_1", "orders", "2", 1).value("use_1", "orders", null, 1).applied();

    assertThat(traits("use_1")).isEmpty();
  }

  @Test
  void aPageOfValuesReadsNoneBeforeIt() {
    for (int i = 100; i < 400; i++) {
      topics.value("use_1", "k" + i, "1", 1);
    }
    topics.value("use_2", "k999", "1", 1).applied();
    List<String> read = new ArrayList<>();
    try (ProfileView view = repository.view()) {
      view.traits(SPACE, "use_1", "k397\u0000", trait -> read.add(trait.key()));
      view.traits(SPACE, "use_1", "k9", trait -> read.add(trait.key()));
    }
    assertThat(read).containsExactly("k398", "k399");
  }

  @Test
  void readsAMergedProfileAsItsSurvivorOnceTheFoldSaysSo() {
    topics.mapped("user_id", "u1", "use_1", 1).mapped("email", "a@x.io", "use_2", 2);
    topics.value("use_2", "orders", "1", 1).applied();
    assertThat(resolve("email", "a@x.io")).contains("use_2");

    topics.value("use_1", "orders", "3", 1).absorbed("use_1", "use_2", 3, 1).applied();

    assertThat(resolve("email", "a@x.io")).contains("use_1");
    assertThat(traits("use_1")).containsExactly("orders=3");
    assertThat(traits("use_2")).isEmpty();
    assertThat(identifiers("use_1")).containsExactly("user_id:u1", "email:a@x.io");
    try (ProfileView view = repository.view()) {
      assertThat(view.canonical(SPACE, "use_2")).contains("use_1");
      assertThat(view.canonical(SPACE, "use_9")).isEmpty();
    }
  }

  @Test
  void deletesTheLosersTraitsOfTheSameBatch() {
    topics.value("use_2", "orders", "1", 1).absorbed("use_1", "use_2", 3, 1).applied();

    assertThat(traits("use_2")).isEmpty();
  }

  @Test
  void whoWasAMemberBeforeAMergeReadsFalseAfterIt() {
    topics.value("use_2", "vip", TraitClass.AUDIENCE, "true", 1);
    topics.value("use_2", "orders", "1", 1);
    topics.value("use_3", "vip", TraitClass.AUDIENCE, "true", 1);
    topics.value("use_4", "vip", TraitClass.AUDIENCE, "true", 1).applied();
    topics.absorbed("use_1", "use_2", 3, 1).absorbed("use_4", "use_3", 4, 1).applied();

    assertThat(traits("use_1")).containsExactly("vip=false");
    assertThat(traits("use_2")).isEmpty();
    assertThat(traits("use_4")).containsExactly("vip=true");

    topics.value("use_2", "late", TraitClass.AUDIENCE, "true", 1).applied();
    assertThat(traits("use_1")).containsExactly("late=false", "vip=false");
    assertThat(traits("use_2")).isEmpty();
  }

  @Test
  void followsChainsOfMergesInWhateverOrderTheyArrive() {
    topics.mapped("email", "a@x.io", "use_3", 1).mapped("user_id", "u1", "use_1", 2);
    topics.absorbed("use_1", "use_2", 8, 1).absorbed("use_2", "use_3", 7, 1).applied();

    assertThat(resolve("email", "a@x.io")).contains("use_1");
    try (ProfileView view = repository.view()) {
      assertThat(view.members(SPACE, "use_1")).containsExactly("use_1", "use_2", "use_3");
    }
  }

  @Test
  void readsTheHistoriesOfMergedProfilesAsOne() {
    topics
        .event("use_1", "A", "m1", 100)
        .event("use_2", "B", "m2", 50)
        .event("use_2", "B", "m3", 150)
        .event("use_1", "A", "m0", 100)
        .event("use_2", "B", "m4", -5)
        .absorbed("use_1", "use_2", 3, 1)
        .applied();

    assertThat(history("use_1", Long.MIN_VALUE, Long.MAX_VALUE, true))
        .containsExactly("m4", "m2", "m0", "m1", "m3");
    assertThat(history("use_1", Long.MIN_VALUE, Long.MAX_VALUE, false))
        .containsExactly("m3", "m1", "m0", "m2", "m4");
    assertThat(history("use_1", 50, 150, true)).containsExactly("m2", "m0", "m1");
    assertThat(history("use_1", 50, 150, false)).containsExactly("m1", "m0", "m2");
  }

  @Test
  void anEventThatComesTwiceIsOneEvent() {
    topics.event("use_1", "A", "m1", 100).event("use_1", "A", "m1", 100).applied();

    assertThat(history("use_1", 0, 1_000, true)).containsExactly("m1");
  }

  @Test
  void keepsProfilesWithAwkwardIdsApart() {
    topics
        .mapped("user_id", "a", "use_1", 1)
        .mapped("user_id", "a\0", "use_2", 2)
        .mapped("user_id", "a\0\0b", "use_3", 3)
        .mapped("spa2", "user_id", "a", "use_4", 4)
        .applied();

    assertThat(resolve("user_id", "a")).contains("use_1");
    assertThat(resolve("user_id", "a\0")).contains("use_2");
    assertThat(resolve("user_id", "a\0\0b")).contains("use_3");
    assertThat(identifiers("use_3")).containsExactly("user_id:a\0\0b");
  }

  @Test
  void goesOnFromItsOffsetsWhenItIsOpenedAgain() throws IOException {
    topics.mapped("user_id", "u1", "use_1", 1).value("use_1", "orders", "2", 5);
    topics.folded(0, 5, 4_000).applied();
    topics.value("use_1", "orders", "3", 5);
    repository.close();

    repository = ProfileRepository.open(directory);

    assertThat(repository.applier().nextOffset(Topics.PROFILE_CHANGES, 0)).isEqualTo(3);
    assertThat(repository.applier().nextOffset(Topics.IDENTIFIERS, 0)).isEqualTo(1);
    assertThat(repository.applier().nextOffset(Topics.PROFILE_EVENTS, 0)).isZero();
    assertThat(traits("use_1")).containsExactly("orders=2");
    assertThat(repository.asOf(SPACE)).hasValue(4_000);
    topics = new TopicRecords(repository, 1);
    topics.value("use_1", "orders", "1", 4).applied();
    assertThat(traits("use_1")).containsExactly("orders=2");
  }

  @Test
  void canBeReadWithoutBeingWritten() throws IOException {
    topics.mapped("user_id", "u1", "use_1", 1).value("use_1", "orders", "2", 5);
    topics.folded(0, 5, 4_000).applied();
    repository.close();

    repository = ProfileRepository.openReadOnly(directory);

    assertThat(traits("use_1")).containsExactly("orders=2");
    assertThat(repository.asOf(SPACE)).hasValue(4_000);
  }

  @Test
  void exportsEveryCanonicalProfileSortedByIdWithNumbersAsTheyAre() throws IOException {
    topics
        .mapped("user_id", "u2", "use_b", 1)
        .mapped("user_id", "u1", "use_a", 2)
        .mapped("email", "z@x.io", "use_b", 3)
        .mapped("email", "b@x.io", "use_c", 4)
        .mapped("group_id", "g", "acc_1", 5)
        .value("use_b", "spend", "22.50", 1)
        .value("use_b", "name", "\"B\\u00e9\"", 1)
        .absorbed("use_b", "use_c", 9, 1)
        .folded(0, 1, 86_400_000)
        .applied();

    assertThat(export())
        .isEqualTo(
            """
            {"segment_id":"use_a","collection":"users","external_ids":{"user_id":["u1"]},\
            "traits":{},"as_of":"1970-01-02T00:00:00.000Z"}
            {"segment_id":"use_b","collection":"users","external_ids":{"email":["z@x.io","b@x.io"],\
            "user_id":["u2"]},"traits":{"name":"B\\u00e9","spend":22.50},\
            "as_of":"1970-01-02T00:00:00.000Z"}
            """);
  }

  @Test
  void doesNotKnowHowRightValuesAreBeforeEveryPartitionWasMarked() {
    topics = new TopicRecords(repository, 2);
    topics.folded(0, 1, 10).applied();
    assertThat(repository.asOf(SPACE)).isEmpty();

    topics.folded(1, 1, 8).applied();
    assertThat(repository.asOf(SPACE)).hasValue(8);
  }

  @Test
  void knowsWhatTimeChangesNextOnceBothFoldsSaySoBehindTheNewestRecord() {
    topics.folded(0, 1, 8).applied();
    assertThat(repository.progress().due(7)).isEmpty();

    topics.marker(Topics.PROFILE_CHANGES, 0, due("fold", 9, 70)).applied();
    assertThat(repository.progress().due(7)).isEmpty();

    topics.marker(Topics.PROFILE_CHANGES, 0, due("accounts", 9, Long.MAX_VALUE)).applied();
    assertThat(repository.progress().due(8)).hasValue(70);
    assertThat(repository.progress().due(9)).isEmpty();

    topics.marker(Topics.PROFILE_CHANGES, 0, due("accounts", 10, 60)).applied();
    assertThat(repository.progress().due(8)).hasValue(60);

    topics.folded(0, 1, 11).applied();
    assertThat(repository.progress().due(8)).isEmpty();
  }

  private static Marker due(String stage, long asOf, long due) {
    return new Marker(stage, 0, 1, 1, 3, asOf, Map.of(Marker.DUE, due));
  }

  @Test
  void isNoFurtherThanTheValuesOfAccounts() {
    topics
        .folded(0, 1, 8)
        .marker(Topics.PROFILE_CHANGES, 0, new Marker("fold", 0, 1, 1, 3, 10, Map.of()))
        .applied();
    assertThat(repository.asOf(SPACE)).hasValue(8);
  }

  @Test
  void aTraitOfAccountsHidesNoTraitOfAUserWithItsKey() throws Exception {
    String account = ProfileIds.ofAccount(SPACE, "g1");
    String json =
        "{\"id\":\"spa\",\"name\":\"S\",\"traits\":[{\"key\":\"size\",\"level\":\"account\","
            + "\"type\":\"event_counter\",\"event\":\"E\",\"version\":1}]}";
    repository.show(
        List.of(SpaceDefinition.parse(new ObjectMapper().readTree(json), new ArrayList<>())));
    topics
        .value("use_1", "size", TraitClass.CUSTOM, "7", 1)
        .value(account, "size", TraitClass.COMPUTED, "2", 1)
        .applied();
    assertThat(traits("use_1")).containsExactly("size=7");
    assertThat(traits(account)).containsExactly("size=2");
  }

  @Test
  void aVersionThatIsLiveIsReadWhereLiveOnesAreWhateverAnAttemptBeforeHadStaged() throws Exception {
    String json =
        "{\"id\":\"spa\",\"name\":\"S\",\"traits\":[{\"key\":\"orders\","
            + "\"type\":\"event_counter\",\"event\":\"E\",\"version\":1}]}";
    repository.show(
        List.of(SpaceDefinition.parse(new ObjectMapper().readTree(json), new ArrayList<>())));
    topics.staged("use_1", "orders", "2", 1).staged("use_2", "orders", "2", 1).applied();
    assertThat(traits("use_1")).containsExactly("orders=2");

    // The job went back to where nothing was defined, and came to know the trait as a live one.
    topics.value("use_1", "orders", "3", 2).applied();
    topics.staged("use_2", "orders", "2", 2).value("use_2", "orders", "4", 2).applied();
    topics.value("use_2", "orders", null, 2).applied();

    assertThat(traits("use_1")).containsExactly("orders=3");
    assertThat(traits("use_2")).isEmpty();
  }

  @Test
  void linksUsersAndAccountsOverMerges() {
    String account = ProfileIds.ofAccount(SPACE, "g1");
    topics
        .linked("use_2", "g1", "m1", 10)
        .linked("use_2", "g2", "m2", 20)
        .linked("use_3", "g1", "m3", 30)
        .absorbed("use_1", "use_2", 9, 1)
        .applied();
    try (ProfileView view = repository.view()) {
      assertThat(view.links(SPACE, "use_1"))
          .containsExactlyInAnyOrder(account, ProfileIds.ofAccount(SPACE, "g2"));
      assertThat(view.links(SPACE, account)).containsExactly("use_1", "use_3");
      assertThat(view.resolve(SPACE, new Identifier("accounts", "group_id", "g1")))
          .contains(account);
    }
  }

  @Test
  void readsWhatAnAccountsUsersDidAsItsHistory() {
    topics
        .linked("use_1", "g1", "m1", 10)
        .linked("use_2", "g1", "m2", 40)
        .linked("use_2", "g2", "m3", 50)
        .event("use_1", "A", "m4", 30)
        .event("use_2", "A", "m5", 20)
        .event("use_3", "A", "m6", 25)
        .applied();
    assertThat(history(ProfileIds.ofAccount(SPACE, "g1"), 0, 1_000, true))
        .containsExactly("m1", "m5", "m4", "m2");
    assertThat(history(ProfileIds.ofAccount(SPACE, "g2"), 0, 1_000, true))
        .containsExactly("m5", "m3");
  }

  @Test
  void sumsCountsOverThePartitionsOfTheLog() {
    topics
        .marker(
            Topics.IDENTIFIERS,
            0,
            new Marker("resolve", 0, 2, 1, 1, 0, Map.of("accepted/spa/", 2L, "scored", 8L)))
        .marker(
            Topics.IDENTIFIERS,
            0,
            new Marker("resolve", 1, 2, 1, 1, 0, Map.of("accepted/spa/", 3L, "scored", 7L)))
        .applied();

    assertThat(repository.counts())
        .containsOnly(Map.entry("accepted/spa/", 5L), Map.entry("scored", 7L));
  }
}
