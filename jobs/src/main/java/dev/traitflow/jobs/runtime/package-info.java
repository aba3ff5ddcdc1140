/**
 * What the stages share: messages between operators, their serializers, Kafka edges. Start at
 * {@link dev.traitflow.jobs.runtime.ProfileMessage}.
 */
@NullMarked
package dev.traitflow.jobs.runtime;

import org.jspecify.annotations.NullMarked;
