package dev.traitflow.sql.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TopicDeserializationSchemaTest {
  private static final Marker MARKER = new Marker("fold", 1, 2, 3, 4, 5, Map.of("accepted", 6L));

  @Test
  void readsTheColumnsAskedForInTheirOrder() throws Exception {
    Event event =
        new Event(
            EventType.TRACK,
            "m1",
            1000,
            2000,
            "web",
            "Order Completed",
            "ada",
            null,
            null,
            null,
            null,
            null,
            "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
            Event.NONE,
            Event.NONE);
    byte[] value =
        ResolvedEvent.CODEC.encode(
            new ResolvedEvent("spa", "p1", 7, event, List.of(Identifier.ofUser("email", "a@b"))));

    assertThat(
            read(
                TopicRecord.RESOLVED_EVENT,
                value,
                "ts",
                "event",
                "properties",
                "traits",
                "anonymous_id",
                "sequence"))
        .isEqualTo(
            GenericRowData.of(
                TimestampData.fromEpochMillis(1000),
                StringData.fromString("Order Completed"),
                StringData.fromString("{\"a\":1}"),
                null,
                null,
                7L));
  }

  @Test
  void leavesTheColumnsOfTheOtherBodyNull() throws Exception {
    byte[] merged =
        IdentityChange.CODEC.encode(
            new IdentityChange("spa", 9, new IdentityChange.MergedInto("p2", "p1", 1000, "m1")));
    assertThat(
            read(TopicRecord.IDENTITY_CHANGE, merged, "kind", "profile", "canonical", "type", "ts"))
        .isEqualTo(
            GenericRowData.of(
                StringData.fromString("merged"),
                StringData.fromString("p2"),
                StringData.fromString("p1"),
                null,
                TimestampData.fromEpochMillis(1000)));

    byte[] absorbed =
        ProfileChange.CODEC.encode(
            new ProfileChange("spa", "p1", 2, 1000, new ProfileChange.Absorbed("p2", 9)));
    assertThat(read(TopicRecord.PROFILE_CHANGE, absorbed, "kind", "loser", "version", "updated_at"))
        .isEqualTo(
            GenericRowData.of(
                StringData.fromString("absorbed"), StringData.fromString("p2"), null, null));
  }

  @Test
  void readsATraitThatIsGoneAsNull() throws Exception {
    TraitValue gone = new TraitValue("vip", TraitValue.TraitClass.AUDIENCE, null, 3, 1000, "");
    byte[] value =
        ProfileChange.CODEC.encode(
            new ProfileChange("spa", "p1", 2, 1000, new ProfileChange.Value(gone)));

    assertThat(read(TopicRecord.PROFILE_CHANGE, value, "trait", "json", "trait_class", "version"))
        .isEqualTo(
            GenericRowData.of(
                StringData.fromString("vip"), null, StringData.fromString("audience"), 3));
  }

  @Test
  void saysTheReasonInTheCodeOfTheWire() throws Exception {
    byte[] value =
        RejectedCall.CODEC.encode(
            new RejectedCall(
                "spa", "web", 1, "", 0, 0, DiscardReason.BAD_REQUEST, "no", Event.NONE));

    assertThat(read(TopicRecord.REJECTED_CALL, value, "reason", "sample"))
        .isEqualTo(GenericRowData.of(StringData.fromString("bad_request"), null));
  }

  @Test
  void skipsMarkersAndWhatIsNoRecord() throws Exception {
    for (TopicRecord kind : TopicRecord.values()) {
      assertThat(read(kind, Marker.CODEC.encode(MARKER), "space")).isNull();
      assertThat(read(kind, new byte[0], "space")).isNull();
      assertThat(read(kind, new byte[] {1, 8, 'x'}, "space")).isNull();
    }
    assertThat(Marker.CODEC.decode(Marker.CODEC.encode(MARKER))).isEqualTo(MARKER);
  }

  @Test
  void readsAnErasureAsARowOfNulls() throws Exception {
    assertThat(read(TopicRecord.RESOLVED_EVENT, null, "space", "profile"))
        .isEqualTo(new GenericRowData(2));
  }

  private static @Nullable RowData read(
      TopicRecord kind, byte @Nullable [] value, String... columns) throws Exception {
    List<String> names = List.of(columns);
    RowType type =
        new RowType(
            names.stream()
                .map(
                    name ->
                        new RowType.RowField(
                            name, kind.columns().column(name).orElseThrow().type()))
                .toList());
    TopicDeserializationSchema schema =
        new TopicDeserializationSchema(kind, names, InternalTypeInfo.of(type));
    schema.open(new Opened());
    return schema.deserialize(value);
  }

  private static final class Opened implements DeserializationSchema.InitializationContext {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup();
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(Opened.class.getClassLoader());
    }
  }
}
