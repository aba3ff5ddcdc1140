/**
 * HTTP in front of the log and the profiles: the tracking API, replay, the Profile API and the
 * admin routes. Start at {@link dev.traitflow.server.http.Router}.
 */
@NullMarked
package dev.traitflow.server.http;

import org.jspecify.annotations.NullMarked;
