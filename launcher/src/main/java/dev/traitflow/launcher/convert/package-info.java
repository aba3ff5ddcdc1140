/**
 * Turns two public shop data sets into newline-delimited tracking calls that can be replayed. Pure
 * file to file: no pipeline, no space. Start at {@code OnlineRetailConverter}.
 */
@NullMarked
package dev.traitflow.launcher.convert;

import org.jspecify.annotations.NullMarked;
