/**
 * Turns two public shop data sets, on which predictions are measured, into newline-delimited
 * tracking calls that can be replayed. Pure file to file: no pipeline, no space. Start at {@link
 * dev.traitflow.bench.convert.ConvertCommand}.
 */
@NullMarked
package dev.traitflow.bench.convert;

import org.jspecify.annotations.NullMarked;
