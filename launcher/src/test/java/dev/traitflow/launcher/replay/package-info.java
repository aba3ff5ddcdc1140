/** Tests of sending files, against a server that is told when to fail. */
@NullMarked
package dev.traitflow.launcher.replay;

import org.jspecify.annotations.NullMarked;
