/**
 * Why a profile has its score: how much each event contributes to its distance from the base value,
 * exactly, so that the contributions add up to it. Made on request from a bundle and a feature
 * block; nothing of it is on the scoring path. Start at {@link
 * dev.traitflow.ml.explanation.Explainer}.
 */
@NullMarked
package dev.traitflow.ml.explanation;

import org.jspecify.annotations.NullMarked;
