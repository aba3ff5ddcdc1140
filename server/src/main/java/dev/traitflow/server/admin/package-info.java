/** Operating an instance: clock, barrier, status, health, export, records to pass over. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.admin;
