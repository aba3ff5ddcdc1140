package dev.traitflow.sql.format;

import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * One column that a topic's record offers: its name, its type, and how to read it from a record.
 *
 * @param <T> the record
 * @param name name of the column
 * @param type type of the column, nullable
 * @param field reads the value in Flink's internal form
 */
record Column<T>(String name, LogicalType type, Field<T> field) {

  /** Reads one value of a record, in Flink's internal form; null if the record has none. */
  interface Field<T> {
    @Nullable Object read(T value);
  }

  /** Reads one text of a record; null if the record has none. */
  interface Text<T> {
    @Nullable String read(T value);
  }

  /** Reads one JSON text of a record as UTF-8; null or empty if the record has none. */
  interface Json<T> {
    byte @Nullable [] read(T value);
  }

  static <T> Column<T> text(String name, Text<T> text) {
    return new Column<>(
        name, VarCharType.STRING_TYPE, value -> StringData.fromString(text.read(value)));
  }

  static <T> Column<T> json(String name, Json<T> json) {
    return new Column<>(
        name,
        VarCharType.STRING_TYPE,
        value -> {
          byte[] bytes = json.read(value);
          return bytes == null || bytes.length == 0 ? null : StringData.fromBytes(bytes);
        });
  }

  static <T> Column<T> bigint(String name, Field<T> field) {
    return new Column<>(name, new BigIntType(), field);
  }

  static <T> Column<T> integer(String name, Field<T> field) {
    return new Column<>(name, new IntType(), field);
  }

  /** An instant, read as epoch milliseconds. */
  static <T> Column<T> instant(String name, Field<T> millis) {
    return new Column<>(
        name,
        new LocalZonedTimestampType(3),
        value ->
            millis.read(value) instanceof Long instant
                ? TimestampData.fromEpochMillis(instant)
                : null);
  }
}
