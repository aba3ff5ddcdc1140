/**
 * Profiles as the jobs' topics say them, materialised in RocksDB: opened, followed and viewed here,
 * built of the rooms below it. Knows no HTTP and no definitions but those it keeps. Start at {@link
 * ProfileRepository}.
 */
@NullMarked
package dev.traitflow.server.store;

import org.jspecify.annotations.NullMarked;
