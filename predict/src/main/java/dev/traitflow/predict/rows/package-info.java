/**
 * Point-in-time rows: made by a batch job, kept in local files for as long as they are used. Who
 * runs the job is a port, {@link dev.traitflow.predict.rows.BatchRunner}. Start at {@link
 * dev.traitflow.predict.rows.RowMaker}.
 */
@NullMarked
package dev.traitflow.predict.rows;

import org.jspecify.annotations.NullMarked;
