/** What operators watch, in the form that Prometheus reads. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.metrics;
