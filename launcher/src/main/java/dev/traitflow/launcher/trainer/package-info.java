/**
 * Training in a process of its own: what the instance asks, how the process is started, bounded and
 * watched, and what it does. No other process runs native code of a model library. Start at {@link
 * dev.traitflow.launcher.trainer.TrainerProcess}, and in the process at {@link
 * dev.traitflow.launcher.trainer.Trainer}.
 */
@NullMarked
package dev.traitflow.launcher.trainer;

import org.jspecify.annotations.NullMarked;
