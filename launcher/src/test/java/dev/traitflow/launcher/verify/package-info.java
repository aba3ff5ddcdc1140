/**
 * The proof that every trait of every profile is right: an independent, naive recomputation and the
 * tests that hold the product's export equal to it.
 *
 * <p>Nothing here may use a calculation, a filter, a parser or an identity rule of the product:
 * what is compared must not share a mistake. Files are read line by line into plain collections,
 * people are joined by maps, and each trait is one SQL query over the plain events in DuckDB. Start
 * at {@link dev.traitflow.launcher.verify.NaiveProfiles}.
 */
@NullMarked
package dev.traitflow.launcher.verify;

import org.jspecify.annotations.NullMarked;
