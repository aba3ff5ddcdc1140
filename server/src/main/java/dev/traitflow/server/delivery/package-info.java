/**
 * Tells destinations what changed: decides from marks what is to be sent, makes the calls, and
 * makes them again when they were not taken. The rules are core's. Start at {@code Deliveries}.
 */
@NullMarked
package dev.traitflow.server.delivery;

import org.jspecify.annotations.NullMarked;
