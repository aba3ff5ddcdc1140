/**
 * JSON as it came: a tree that keeps every number as it was written. Start at {@link
 * dev.traitflow.core.json.JsonTree}.
 */
@NullMarked
package dev.traitflow.core.json;

import org.jspecify.annotations.NullMarked;
