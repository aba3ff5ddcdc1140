/**
 * The stored events of a profile, in keyed state: in chunks that a directory finds by time, with
 * summaries of whole parts; and of an account also whose its events are. The fold of profiles uses
 * it, and no other stage does; it knows of no messages and of no trait values. Start at {@link
 * dev.traitflow.jobs.history.KeyedProfileStore}.
 */
@NullMarked
package dev.traitflow.jobs.history;

import org.jspecify.annotations.NullMarked;
