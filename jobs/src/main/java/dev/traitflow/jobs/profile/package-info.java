/**
 * What is keyed by profile: the stage that keeps events and the folds over them. How a fold stores
 * its events is the room {@code jobs.history}. Start at {@link
 * dev.traitflow.jobs.profile.FoldProfiles}.
 */
@NullMarked
package dev.traitflow.jobs.profile;

import org.jspecify.annotations.NullMarked;
