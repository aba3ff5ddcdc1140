/**
 * Training in a process of its own: what the instance asks, how the process is started, bounded and
 * watched, and what it does. No other process runs native code of a model library. Start at {@link
 * dev.traitflow.predict.trainer.TrainerProcess}, and in the process at {@link
 * dev.traitflow.predict.trainer.TrainerMain}.
 */
@NullMarked
package dev.traitflow.predict.trainer;

import org.jspecify.annotations.NullMarked;
