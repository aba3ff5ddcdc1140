/** Tests of the table format. */
@NullMarked
package dev.traitflow.sql.format;

import org.jspecify.annotations.NullMarked;
