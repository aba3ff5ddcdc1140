/**
 * Profiles as the jobs' topics tell them, materialised in RocksDB, and the barrier that waits until
 * everything has arrived. Knows no HTTP. Start at {@link
 * dev.traitflow.server.store.ProfileRepository}.
 */
@NullMarked
package dev.traitflow.server.store;

import org.jspecify.annotations.NullMarked;
