/** Files of a data directory, which only its owner may read. */
@NullMarked
package dev.traitflow.server.files;

import org.jspecify.annotations.NullMarked;
