/** The table of all routes, and the listener that serves them. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.api;
