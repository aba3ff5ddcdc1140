/** The control API: one handler for each kind of object in a space. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.control;
