package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.track;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.codec.Frozen;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.FrozenEvents;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.Definitions;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What this package stores; {@link ProfileState} at rest has a test of its own. */
public final class FrozenProfiles {
  private static final long T0 = 1_740_000_000_000L;
  private static final Identifier EMAIL = Identifier.ofUser(Identifier.EMAIL, "ä@x.io");
  private static final Identifier ACCOUNT =
      new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, "g1");

  private static final ProfileChange VALUE =
      change(new ProfileChange.Value(trait(TraitClass.COMPUTED, Extent.TRUNCATED)));

  private static final ProfileChange STAGED =
      change(new ProfileChange.Staged(trait(TraitClass.AUDIENCE, Extent.TOO_LARGE)));

  private static final ProfileChange ABSORBED = change(new ProfileChange.Absorbed("use_2", 17));

  private static final ProfileChange REMOVED =
      change(
          new ProfileChange.Value(
              new TraitValue("plan", TraitClass.CUSTOM, null, 0, T0 - 5, "web")));

  /** Version 1 did not say how much of a value there is. */
  private static final ProfileChange VALUE_1 =
      change(new ProfileChange.Value(trait(TraitClass.PREDICTION, Extent.WHOLE)));

  private static final RejectedCall REJECTED =
      new RejectedCall(
          "spa_shop",
          "web",
          17,
          "4f2a",
          12,
          T0,
          DiscardReason.EVENT_NOT_STRING,
          "event: got 1 (expected a text)",
          "{\"event\":1}".getBytes(UTF_8));

  private static final Marker MARKER =
      new Marker(
          "fold", 1, 4, 99, 12, T0, Map.of(Marker.DUE, Long.MAX_VALUE, "refused.skipped/s/w", 3L));

  private static final ResolvedEvent RESOLVED =
      new ResolvedEvent("spa_shop", "use_1", 17, FrozenEvents.EVENT, List.of(EMAIL, ACCOUNT));

  private static final IdentityChange MAPPED =
      identity(new IdentityChange.Mapped(EMAIL, "use_1", T0, "m-1", "web"));
  private static final IdentityChange MERGED =
      identity(new IdentityChange.MergedInto("use_1", "use_9", T0, "m-17"));
  private static final IdentityChange UNMAPPED =
      identity(new IdentityChange.Unmapped(EMAIL, "use_1", T0, true));
  private static final IdentityChange DELETED = identity(new IdentityChange.Deleted("use_1"));

  /** Version 1 said neither when nor why. */
  private static final IdentityChange UNMAPPED_1 =
      identity(new IdentityChange.Unmapped(EMAIL, "use_1", 0, false));

  private static final CustomTraits.Setting SETTING =
      new CustomTraits.Setting("\"pro\"".getBytes(UTF_8), T0, "m-1", "web");

  private static final CustomTraits.Setting TOMBSTONE =
      new CustomTraits.Setting(null, T0, "m-2", "web");

  private static TraitValue trait(TraitClass traitClass, Extent extent) {
    return new TraitValue(
        "favourite", traitClass, "\"zoë\"".getBytes(UTF_8), 3, T0 - 5, "v7", extent);
  }

  private static ProfileChange change(ProfileChange.Body body) {
    return new ProfileChange("spa_shop", "use_1", 99, T0, body);
  }

  private static IdentityChange identity(IdentityChange.Body body) {
    return new IdentityChange("spa_shop", 17, body);
  }

  private static List<Frozen> changes() {
    return List.of(
        Frozen.earlier("profile-change.value.v1", ProfileChange.CODEC, VALUE_1),
        Frozen.of("profile-change.value.v2", ProfileChange.CODEC, VALUE),
        Frozen.of("profile-change.removed.v2", ProfileChange.CODEC, REMOVED),
        Frozen.of("profile-change.staged.v2", ProfileChange.CODEC, STAGED),
        Frozen.of("profile-change.absorbed.v2", ProfileChange.CODEC, ABSORBED),
        Frozen.key("profile-change.value.key.v1", VALUE.topicKey()),
        Frozen.key("profile-change.staged.key.v1", STAGED.topicKey()),
        Frozen.key("profile-change.absorbed.key.v1", ABSORBED.topicKey()));
  }

  private static List<Frozen> identities() {
    return List.of(
        Frozen.of("identity-change.mapped.v2", IdentityChange.CODEC, MAPPED),
        Frozen.of("identity-change.merged.v2", IdentityChange.CODEC, MERGED),
        Frozen.earlier("identity-change.unmapped.v1", IdentityChange.CODEC, UNMAPPED_1),
        Frozen.of("identity-change.unmapped.v2", IdentityChange.CODEC, UNMAPPED),
        Frozen.of("identity-change.deleted.v2", IdentityChange.CODEC, DELETED),
        Frozen.key("identity-change.mapped.key.v1", MAPPED.topicKey()),
        Frozen.key("identity-change.merged.key.v1", MERGED.topicKey()),
        Frozen.key("identity-change.unmapped.key.v1", UNMAPPED.topicKey()),
        Frozen.key("identity-change.deleted.key.v1", DELETED.topicKey()));
  }

  private static List<Frozen> others() {
    byte[] moved = ResolvedEvent.encodeMoved(RESOLVED, "use_9");
    return List.of(
        Frozen.of("rejected-call.v1", RejectedCall.CODEC, REJECTED),
        Frozen.key("rejected-call.key.v1", REJECTED.topicKey()),
        Frozen.of("marker.v200", Marker.CODEC, MARKER),
        Frozen.key("marker.key.v1", MARKER.topicKey()),
        Frozen.of("resolved-event.v1", ResolvedEvent.CODEC, RESOLVED),
        new Frozen("resolved-event.moved.v2", moved, ResolvedEvent::movedFrom, "use_9"),
        new Frozen("resolved-event.moved-event.v2", moved, ResolvedEvent.CODEC::decode, RESOLVED),
        Frozen.key("resolved-event.key.v1", RESOLVED.topicKey()),
        new Frozen("custom-trait.v1", SETTING.entry(), CustomTraits.Setting::ofEntry, SETTING),
        new Frozen(
            "custom-trait.removed.v1",
            TOMBSTONE.entry(),
            CustomTraits.Setting::ofEntry,
            TOMBSTONE));
  }

  /**
   * A state whose definitions have just changed: a trait is gone, one is new, one is staged, and
   * none of the new ones has read the history yet.
   */
  private static Frozen changing() {
    String of = "'type':'aggregation','event':'E','property':'p','version':1";
    TraitDefinition count =
        Definitions.of("{'key':'count','type':'event_counter','event':'E','version':1,'slot':0}");
    TraitDefinition sum = Definitions.of("{'key':'sum','aggregation':'sum','slot':1," + of + "}");
    TraitDefinition max = Definitions.of("{'key':'max','aggregation':'max','slot':2," + of + "}");
    TraitDefinition avg = Definitions.of("{'key':'sum','aggregation':'avg','slot':5," + of + "}");
    ProfileEngine before = new ProfileEngine(ProfilePlan.of(List.of(count, sum)));
    HeapProfileStore history = new HeapProfileStore();
    Event event = track("E").at(T0).with("{\"p\":2.5}").build();
    history.append(event);
    ProfileState state = before.load(null);
    before.add(state, history, event, T0 + 7);
    ProfileEngine after =
        new ProfileEngine(ProfilePlan.of(List.of(sum, max), List.of(avg), List.of()));
    ProfileState adopted = after.load(state.encode());
    after.adopt(adopted);
    return new Frozen(
        "profile-state.changing.v4",
        adopted.encode(),
        bytes -> after.values(after.load(bytes)),
        after.values(adopted));
  }

  /** Every form. */
  public static final List<Frozen> ALL = all();

  private static List<Frozen> all() {
    List<Frozen> all = new ArrayList<>(changes());
    all.addAll(identities());
    all.addAll(others());
    all.add(changing());
    return List.copyOf(all);
  }

  private FrozenProfiles() {}
}
