package dev.traitflow.sql;

import java.io.IOException;
import java.util.Iterator;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.types.Row;

/** Prints the rows of the queries of one run. */
interface ResultPrinter {
  /** Prints the result of one query. */
  void print(ResolvedSchema schema, Iterator<Row> rows) throws IOException;

  /** Prints what is left after the last query; left out if one failed. */
  void end() throws IOException;
}
