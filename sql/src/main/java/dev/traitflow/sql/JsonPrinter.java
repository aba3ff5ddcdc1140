package dev.traitflow.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.types.Row;

/**
 * Prints one JSON document: {@code {"results":[{"columns":[{"name","type"}],"rows":[{...}]}]}}, one
 * result for each query. While streaming there is no end to put a bracket at, so each change is a
 * line of its own: {@code {"op":"+I","row":{...}}}.
 */
final class JsonPrinter implements ResultPrinter {
  private final PrintStream out;
  private final boolean streaming;
  private final JsonGenerator json;

  JsonPrinter(PrintStream out, boolean streaming) throws IOException {
    this.out = out;
    this.streaming = streaming;
    json =
        JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build()
            .createGenerator(out)
            .setRootValueSeparator(null);
    if (!streaming) {
      json.writeStartObject();
      json.writeArrayFieldStart("results");
    }
  }

  @Override
  public void print(ResolvedSchema schema, Iterator<Row> rows) throws IOException {
    List<String> names = schema.getColumnNames();
    if (streaming) {
      while (!out.checkError() && rows.hasNext()) {
        printChange(names, rows.next());
      }
      return;
    }
    json.writeStartObject();
    json.writeArrayFieldStart("columns");
    for (Column column : schema.getColumns()) {
      json.writeStartObject();
      json.writeStringField("name", column.getName());
      json.writeStringField("type", column.getDataType().getLogicalType().asSummaryString());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rows");
    while (rows.hasNext()) {
      writeRow(names, rows.next());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  @Override
  public void end() throws IOException {
    if (!streaming) {
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    json.flush();
    out.flush();
  }

  private void printChange(List<String> names, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("op", row.getKind().shortString());
    json.writeFieldName("row");
    writeRow(names, row);
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }

  private void writeRow(List<String> names, Row row) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < names.size(); i++) {
      json.writeFieldName(names.get(i));
      Cells.write(json, row.getField(i));
    }
    json.writeEndObject();
  }
}
