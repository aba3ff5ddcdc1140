/** Tests of the SQL files and their runner, over a Kafka broker inside the test's JVM. */
@NullMarked
package dev.traitflow.sql;

import org.jspecify.annotations.NullMarked;
