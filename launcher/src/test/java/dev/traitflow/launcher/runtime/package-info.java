/** Tests of the embedded broker, the embedded cluster and what a data directory keeps. */
@NullMarked
package dev.traitflow.launcher.runtime;

import org.jspecify.annotations.NullMarked;
