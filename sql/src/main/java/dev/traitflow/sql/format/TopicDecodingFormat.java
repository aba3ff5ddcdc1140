package dev.traitflow.sql.format;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The format of one table: checks the declared columns against those the record offers when the
 * query is planned, so that a misspelt column fails before anything is read.
 */
final class TopicDecodingFormat implements DecodingFormat<DeserializationSchema<RowData>> {
  private final TopicRecord kind;

  TopicDecodingFormat(TopicRecord kind) {
    this.kind = kind;
  }

  @Override
  public DeserializationSchema<RowData> createRuntimeDecoder(
      DynamicTableSource.Context context, DataType physicalDataType) {
    RowType declared = (RowType) physicalDataType.getLogicalType();
    TopicColumns<?> offered = kind.columns();
    for (RowType.RowField field : declared.getFields()) {
      check(offered, field);
    }
    TypeInformation<RowData> produced = context.createTypeInformation(physicalDataType);
    return new TopicDeserializationSchema(kind, List.copyOf(declared.getFieldNames()), produced);
  }

  private void check(TopicColumns<?> offered, RowType.RowField declared) {
    LogicalType type =
        offered
            .column(declared.getName())
            .map(Column::type)
            .orElseThrow(() -> new ValidationException(unknown(offered, declared.getName())));
    if (!type.copy(true).equals(declared.getType().copy(true))) {
      throw new ValidationException(
          "column %s of %s: got %s (expected %s)"
              .formatted(
                  declared.getName(),
                  kind.word(),
                  declared.getType().asSummaryString(),
                  type.asSummaryString()));
    }
  }

  private String unknown(TopicColumns<?> offered, String name) {
    return "column of %s: got %s (expected one of %s)"
        .formatted(
            kind.word(),
            name,
            offered.columns().stream().map(Column::name).collect(Collectors.joining(", ")));
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }
}
