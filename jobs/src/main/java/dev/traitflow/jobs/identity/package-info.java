/**
 * The lane of a space: deduplication and identity in log order. Start at {@link
 * dev.traitflow.jobs.identity.ResolveIdentity}.
 */
@NullMarked
package dev.traitflow.jobs.identity;

import org.jspecify.annotations.NullMarked;
