/**
 * One profile: its history, its state, the engine that folds one into the other, and the records
 * that leave the fold. Start at {@code ProfileEngine}.
 */
@NullMarked
package dev.traitflow.core.profile;

import org.jspecify.annotations.NullMarked;
