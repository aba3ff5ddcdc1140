/** The tracking API: calls as SDKs, pages and files send them, up to the log. */
@org.jspecify.annotations.NullMarked
package dev.traitflow.server.tracking;
