/** Histories to point-in-time training rows. Start at {@link dev.traitflow.jobs.TrainingSetJob}. */
@NullMarked
package dev.traitflow.jobs.training;

import org.jspecify.annotations.NullMarked;
