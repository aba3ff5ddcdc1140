/** When the server's own threads work. */
@NullMarked
package dev.traitflow.server.schedule;

import org.jspecify.annotations.NullMarked;
