package dev.traitflow.sql.format;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.IdentityChange.Mapped;
import dev.traitflow.core.topic.IdentityChange.MergedInto;
import dev.traitflow.core.topic.IdentityChange.Unmapped;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ProfileChange.Absorbed;
import dev.traitflow.core.topic.ProfileChange.Value;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * How the records of one topic are decoded, and the columns they offer. A table may declare any of
 * them in any order; a record with two bodies offers the columns of both and leaves the other's
 * null.
 *
 * @param <T> the record
 * @param codec reads the record's bytes
 * @param columns every column, in the order of the record
 */
record TopicColumns<T>(Codec<T> codec, List<Column<T>> columns) {

  /** An identifier as a row. */
  private static final RowType IDENTIFIER =
      RowType.of(
          new VarCharType[] {
            VarCharType.STRING_TYPE, VarCharType.STRING_TYPE, VarCharType.STRING_TYPE
          },
          new String[] {"collection", "type", "identifier"});

  /** The columns of {@link ResolvedEvent}. */
  static TopicColumns<ResolvedEvent> resolvedEvent() {
    return new TopicColumns<>(
        ResolvedEvent.CODEC,
        List.of(
            Column.text("space", ResolvedEvent::space),
            Column.text("profile", ResolvedEvent::profile),
            Column.bigint("sequence", ResolvedEvent::sequence),
            Column.text("message_id", record -> record.event().messageId()),
            Column.text("type", record -> record.event().type().wireName()),
            Column.text("event", record -> record.event().name()),
            Column.instant("ts", record -> record.event().timestamp()),
            Column.instant("received_at", record -> record.event().receivedAt()),
            Column.text("source", record -> record.event().source()),
            Column.text("user_id", record -> record.event().userId()),
            Column.text("anonymous_id", record -> record.event().anonymousId()),
            Column.text("group_id", record -> record.event().groupId()),
            Column.text("previous_id", record -> record.event().previousId()),
            Column.text("title", record -> record.event().title()),
            Column.text("category", record -> record.event().category()),
            Column.json("properties", record -> record.event().properties()),
            Column.json("traits", record -> record.event().traits()),
            Column.json("context", record -> record.event().context()),
            new Column<>(
                "identifiers", new ArrayType(IDENTIFIER), record -> rows(record.identifiers()))));
  }

  /**
   * The columns of {@link IdentityChange}; {@code kind} is {@code mapped}, {@code merged}, {@code
   * unmapped} or {@code deleted}.
   */
  static TopicColumns<IdentityChange> identityChange() {
    return new TopicColumns<>(
        IdentityChange.CODEC,
        List.of(
            Column.text("space", IdentityChange::space),
            Column.bigint("sequence", IdentityChange::sequence),
            Column.text("kind", TopicColumns::kind),
            Column.text("collection", change -> mapped(change, m -> m.identifier().collection())),
            Column.text("type", change -> mapped(change, m -> m.identifier().type())),
            Column.text("identifier", change -> mapped(change, m -> m.identifier().value())),
            Column.text("profile", change -> either(change, Mapped::profile, MergedInto::profile)),
            Column.text("canonical", change -> either(change, m -> null, MergedInto::canonical)),
            Column.instant("ts", change -> either(change, Mapped::createdAt, MergedInto::at)),
            Column.text(
                "message_id",
                change -> either(change, Mapped::firstMessageId, MergedInto::messageId)),
            Column.text("source", change -> mapped(change, Mapped::source))));
  }

  /**
   * The columns of {@link ProfileChange}; {@code kind} is {@code value}, {@code staged} or {@code
   * absorbed}.
   */
  static TopicColumns<ProfileChange> profileChange() {
    return new TopicColumns<>(
        ProfileChange.CODEC,
        List.of(
            Column.text("space", ProfileChange::space),
            Column.text("profile", ProfileChange::profile),
            Column.bigint("attempt", ProfileChange::attempt),
            Column.instant("as_of", ProfileChange::asOf),
            Column.text("kind", TopicColumns::kind),
            Column.text("trait", change -> trait(change, TraitValue::key)),
            Column.text(
                "trait_class",
                change -> trait(change, t -> t.traitClass().name().toLowerCase(Locale.ROOT))),
            Column.json("json", change -> trait(change, TraitValue::json)),
            Column.integer("version", change -> trait(change, TraitValue::version)),
            Column.instant("updated_at", change -> trait(change, TraitValue::updatedAt)),
            Column.text("source", change -> trait(change, TraitValue::source)),
            Column.text("loser", change -> absorbed(change, Absorbed::loser)),
            Column.bigint("sequence", change -> absorbed(change, Absorbed::sequence))));
  }

  private static String kind(IdentityChange change) {
    if (change.body() instanceof Mapped) {
      return "mapped";
    }
    if (change.body() instanceof MergedInto) {
      return "merged";
    }
    return change.body() instanceof Unmapped ? "unmapped" : "deleted";
  }

  private static String kind(ProfileChange change) {
    if (change.body() instanceof Value) {
      return "value";
    }
    return change.body() instanceof Absorbed ? "absorbed" : "staged";
  }

  /** The columns of {@link RejectedCall}; {@code reason} is the code on the wire. */
  static TopicColumns<RejectedCall> rejectedCall() {
    return new TopicColumns<>(
        RejectedCall.CODEC,
        List.of(
            Column.text("space", RejectedCall::space),
            Column.text("source", RejectedCall::source),
            Column.bigint("sequence", RejectedCall::sequence),
            Column.text("origin", RejectedCall::origin),
            Column.bigint("line", RejectedCall::line),
            Column.instant("received_at", RejectedCall::at),
            Column.text("reason", call -> call.reason().code()),
            Column.text("message", RejectedCall::message),
            Column.json("sample", RejectedCall::sample)));
  }

  /** Returns the column of that name, if the record offers it. */
  Optional<Column<T>> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /**
   * Returns a reader of rows.
   *
   * @param names the columns wanted, in order; each must be offered
   */
  RowReader reader(List<String> names) {
    List<Column<T>> wanted = names.stream().map(name -> column(name).orElseThrow()).toList();
    return bytes -> {
      T value = codec.decode(bytes);
      GenericRowData row = new GenericRowData(wanted.size());
      for (int i = 0; i < wanted.size(); i++) {
        row.setField(i, wanted.get(i).field().read(value));
      }
      return row;
    };
  }

  /** Reads the columns wanted from the bytes of a record. */
  interface RowReader {
    /** Throws IllegalArgumentException or IndexOutOfBoundsException if it is no such record. */
    GenericRowData read(byte[] bytes);
  }

  private static GenericArrayData rows(List<Identifier> identifiers) {
    return new GenericArrayData(
        identifiers.stream()
            .map(
                id ->
                    GenericRowData.of(
                        StringData.fromString(id.collection()),
                        StringData.fromString(id.type()),
                        StringData.fromString(id.value())))
            .toArray());
  }

  private static <R> @Nullable R mapped(IdentityChange change, Function<Mapped, R> read) {
    return change.body() instanceof Mapped mapped ? read.apply(mapped) : null;
  }

  private static <R> @Nullable R either(
      IdentityChange change, Function<Mapped, R> ofMapped, Function<MergedInto, R> ofMerged) {
    return change.body() instanceof MergedInto merged
        ? ofMerged.apply(merged)
        : mapped(change, ofMapped);
  }

  private static <R> @Nullable R trait(ProfileChange change, Function<TraitValue, R> read) {
    return change.body() instanceof Value value ? read.apply(value.value()) : null;
  }

  private static <R> @Nullable R absorbed(ProfileChange change, Function<Absorbed, R> read) {
    return change.body() instanceof Absorbed absorbed ? read.apply(absorbed) : null;
  }
}
