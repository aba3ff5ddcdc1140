/**
 * Feature blocks in, trait writes out. Start at {@link dev.traitflow.jobs.scoring.ScoreProfiles}.
 */
@NullMarked
package dev.traitflow.jobs.scoring;

import org.jspecify.annotations.NullMarked;
