/** Tests of the files under {@code docker/}. */
@NullMarked
package dev.traitflow.launcher.docker;

import org.jspecify.annotations.NullMarked;
