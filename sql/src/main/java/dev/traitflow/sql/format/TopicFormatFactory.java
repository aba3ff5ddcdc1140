package dev.traitflow.sql.format;

import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Makes the table format {@code traitflow}: reads the values of one of Traitflow's topics with
 * core's own codec, so that a rule about bytes exists once.
 *
 * <p>Its option {@code traitflow.record} names the record: {@code resolved-event}, {@code
 * identity-change}, {@code profile-change} or {@code rejected-call}. Columns are matched by name.
 * Flink finds this class through {@code META-INF/services}.
 */
public final class TopicFormatFactory implements DeserializationFormatFactory {
  /** The format's name in {@code CREATE TABLE}. */
  public static final String IDENTIFIER = "traitflow";

  private static final ConfigOption<String> RECORD =
      ConfigOptions.key("record")
          .stringType()
          .noDefaultValue()
          .withDescription("The record the topic carries: one of " + TopicRecord.words());

  @Override
  public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
      DynamicTableFactory.Context context, ReadableConfig options) {
    FactoryUtil.validateFactoryOptions(this, options);
    String word = options.get(RECORD);
    TopicRecord kind =
        TopicRecord.of(word)
            .orElseThrow(
                () ->
                    new ValidationException(
                        "traitflow.record: got '"
                            + word
                            + "' (expected one of "
                            + TopicRecord.words()
                            + ")"));
    return new TopicDecodingFormat(kind);
  }

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(RECORD);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }
}
