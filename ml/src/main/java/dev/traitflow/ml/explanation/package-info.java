/**
 * Why a profile has its score: how far each event pushed it from the average score, exactly, so
 * that the pushes add up to it. Made on request from a bundle and a feature block; nothing of it is
 * on the scoring path. Start at {@link dev.traitflow.ml.explanation.Explainer}.
 */
@NullMarked
package dev.traitflow.ml.explanation;

import org.jspecify.annotations.NullMarked;
