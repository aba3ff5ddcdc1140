/**
 * The training service: models from definition to scores. It works on the parts of a server and on
 * two ports, one that runs batch jobs and one that keeps bundles, so that neither the server nor
 * the cluster knows it. Start at {@link dev.traitflow.predict.service.PredictionService}.
 */
@NullMarked
package dev.traitflow.predict;

import org.jspecify.annotations.NullMarked;
