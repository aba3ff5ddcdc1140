/** Tests of commands: exit codes, streams, and what is asked of other modules. */
@NullMarked
package dev.traitflow.launcher.cli;

import org.jspecify.annotations.NullMarked;
