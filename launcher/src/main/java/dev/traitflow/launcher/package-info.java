/**
 * The program: what {@code ./traitflow} runs. This module sees all others of the product; only
 * {@code bench} sees it.
 *
 * <p>{@link dev.traitflow.launcher.Main} lists the commands; {@code cli} holds them, one a file;
 * {@code replay} sends files to a server; {@code runtime} is a whole Traitflow in one process.
 */
@NullMarked
package dev.traitflow.launcher;

import org.jspecify.annotations.NullMarked;
