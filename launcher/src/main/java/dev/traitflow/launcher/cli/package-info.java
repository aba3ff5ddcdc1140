/**
 * The commands, one a file, and what they share: options, the HTTP client, the progress line.
 *
 * <p>A command parses, asks and prints. Answers go to stdout, all else to stderr; {@code --json}
 * makes the answer one JSON document. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
@NullMarked
package dev.traitflow.launcher.cli;

import org.jspecify.annotations.NullMarked;
