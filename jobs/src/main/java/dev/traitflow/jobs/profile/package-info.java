/**
 * Histories and the fold over them, keyed by profile. Start at {@link
 * dev.traitflow.jobs.profile.FoldProfiles}.
 */
@NullMarked
package dev.traitflow.jobs.profile;

import org.jspecify.annotations.NullMarked;
