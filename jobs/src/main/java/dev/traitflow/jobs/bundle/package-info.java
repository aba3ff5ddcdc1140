/**
 * Model bundles on Flink's file systems: a directory, S3, Google Cloud Storage, whatever the
 * cluster has a plugin for. Scorers read here; the training service, outside this module, writes.
 * Start at {@link dev.traitflow.jobs.bundle.FileSystemBundles}.
 */
@NullMarked
package dev.traitflow.jobs.bundle;

import org.jspecify.annotations.NullMarked;
