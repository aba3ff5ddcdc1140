/** The documents as a reader uses them: what they say to type is typed. */
@NullMarked
package dev.traitflow.launcher.docs;

import org.jspecify.annotations.NullMarked;
