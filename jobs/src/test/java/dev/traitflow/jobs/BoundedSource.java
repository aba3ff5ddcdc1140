package dev.traitflow.jobs;

import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.datagen.functions.FromElementsGeneratorFunction;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;

/** Sources of a few elements, after which the job ends. */
final class BoundedSource {
  private BoundedSource() {}

  /**
   * A source of two lists, one for each of two subtasks: the order within a list is kept, that
   * between them is not.
   *
   * @throws IllegalArgumentException if one list is longer than the other: they could not be told
   *     apart then
   */
  static <T> Source<T, ?, ?> of(TypeInformation<T> type, List<T> first, List<T> second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "second list: got " + second.size() + " elements (expected " + first.size() + ")");
    }
    return of(type, Stream.concat(first.stream(), second.stream()).toList());
  }

  /** A source of elements in any order. */
  static <T> Source<T, ?, ?> of(TypeInformation<T> type, List<T> elements) {
    return new DataGeneratorSource<>(
        new FromElementsGeneratorFunction<>(type, new ExecutionConfig(), elements),
        elements.size(),
        type);
  }
}
