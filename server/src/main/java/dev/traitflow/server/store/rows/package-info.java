/**
 * The rows of the store: the database, every table with its keys, and how values lie in them.
 * Readers and writers meet here and nowhere else. Holds no rule about profiles. Start at {@link
 * Table}.
 */
@NullMarked
package dev.traitflow.server.store.rows;

import org.jspecify.annotations.NullMarked;
