/** The OpenAPI document, derived from the table of routes. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.openapi;
