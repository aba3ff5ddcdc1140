/**
 * Who belongs to an audience: conditions over the values a profile has, parsed strictly. It knows
 * no events and no profiles; what a condition asks for comes from {@code AudienceFacts}. Start at
 * {@code AudienceDefinition}.
 */
@NullMarked
package dev.traitflow.core.audience;

import org.jspecify.annotations.NullMarked;
