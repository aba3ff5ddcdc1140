/**
 * The condition language: paths into events, typed values, operators and groups of conditions.
 * Traits, audiences, predictions and destinations all use it. Start at {@link
 * dev.traitflow.core.condition.EventFilter}.
 */
@NullMarked
package dev.traitflow.core.condition;

import org.jspecify.annotations.NullMarked;
