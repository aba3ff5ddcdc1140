package dev.traitflow.sql.format;

import dev.traitflow.sql.format.TopicColumns.RowReader;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * Turns the value of a Kafka record into a row.
 *
 * <p>Markers travel in the same topics; their values start with another version byte, so decoding
 * refuses them and the row is skipped and counted ({@code recordsSkipped}). A record without a
 * value erases its key: it becomes a row of nulls, because only the reader of the whole table can
 * take back the rows of that key.
 */
final class TopicDeserializationSchema implements DeserializationSchema<RowData> {
  private static final long serialVersionUID = 1L;

  private final TopicRecord kind;

  @SuppressWarnings("serial") // List.copyOf: serializable as its elements are.
  private final List<String> columns;

  private final TypeInformation<RowData> produced;
  private transient @Nullable RowReader reader;
  private transient @Nullable Counter skipped;

  TopicDeserializationSchema(
      TopicRecord kind, List<String> columns, TypeInformation<RowData> produced) {
    this.kind = kind;
    this.columns = columns;
    this.produced = produced;
  }

  @Override
  public void open(InitializationContext context) {
    reader = kind.columns().reader(columns);
    skipped = context.getMetricGroup().counter("recordsSkipped");
  }

  @Override
  public @Nullable RowData deserialize(byte @Nullable [] value) {
    if (value == null) {
      return new GenericRowData(columns.size());
    }
    try {
      return Objects.requireNonNull(reader, "deserialize: called before open").read(value);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      Objects.requireNonNull(skipped).inc();
      return null;
    }
  }

  @Override
  public boolean isEndOfStream(RowData next) {
    return false;
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return produced;
  }
}
