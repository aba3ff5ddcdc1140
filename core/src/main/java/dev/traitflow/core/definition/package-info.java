/**
 * How definitions are read: members with their places in a file, and what is wrong with them. Start
 * at {@link dev.traitflow.core.definition.Fields}.
 */
@NullMarked
package dev.traitflow.core.definition;

import org.jspecify.annotations.NullMarked;
