/**
 * The server in front of the jobs: it takes calls into the log and answers reads from its own
 * store. This package puts the parts together; start at {@link dev.traitflow.server.Backbone} and
 * {@link dev.traitflow.server.TraitflowServer}.
 */
@NullMarked
package dev.traitflow.server;

import org.jspecify.annotations.NullMarked;
