/**
 * The Flink jobs, each a function of its edges. The rules live in core; here is what carries events
 * to them and results away. Start at {@link dev.traitflow.jobs.ProfileJob}.
 */
@NullMarked
package dev.traitflow.jobs;

import org.jspecify.annotations.NullMarked;
