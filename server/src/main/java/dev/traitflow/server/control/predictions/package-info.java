/** The control API of predictions: definitions, trainings, reports, suggested audiences. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.control.predictions;
