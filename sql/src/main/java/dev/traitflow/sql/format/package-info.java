/**
 * The table format {@code traitflow}: the bytes of Traitflow's topics as rows of Flink SQL. It
 * knows core's codecs and Flink's table types, and no query. Start at {@link
 * dev.traitflow.sql.format.TopicFormatFactory}.
 */
@NullMarked
package dev.traitflow.sql.format;

import org.jspecify.annotations.NullMarked;
