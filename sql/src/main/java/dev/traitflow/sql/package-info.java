/**
 * Flink SQL over Traitflow's topics: the runner behind {@code traitflow sql}. The questions
 * themselves are files at the top of the module ({@code tables}, {@code traits}, {@code reports});
 * Java here only finds, runs and prints them. Start at {@link dev.traitflow.sql.SqlRunner}.
 */
@NullMarked
package dev.traitflow.sql;

import org.jspecify.annotations.NullMarked;
