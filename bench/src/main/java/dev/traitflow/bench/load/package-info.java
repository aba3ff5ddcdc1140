/**
 * Load over HTTP on loopback, each party in a process of its own: the product as a user starts it,
 * a bare server that only answers, and generators that cost little and say how much. Knows nothing
 * of any one benchmark.
 */
@NullMarked
package dev.traitflow.bench.load;

import org.jspecify.annotations.NullMarked;
