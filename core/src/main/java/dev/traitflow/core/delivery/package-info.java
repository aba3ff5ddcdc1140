/**
 * What leaves a space: to which destinations, for whom, and in which payloads; and when something
 * is sent again. Pure rules: who sends and keeps is elsewhere. Start at {@code
 * DestinationDefinition} and {@code LastSent}.
 */
@NullMarked
package dev.traitflow.core.delivery;

import org.jspecify.annotations.NullMarked;
