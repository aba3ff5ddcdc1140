/**
 * What is predicted: definitions, the feature set, labels and data checks. No model library here.
 * Start at {@code FeatureSet}.
 */
@NullMarked
package dev.traitflow.core.prediction;

import org.jspecify.annotations.NullMarked;
