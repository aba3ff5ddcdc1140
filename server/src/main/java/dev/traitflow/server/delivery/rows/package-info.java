/**
 * What delivery keeps in the store's database, so that it is in the batch of the change that caused
 * it: marks of changes, what was sent last, open calls, what capture destinations received. Sends
 * nothing. Start at {@link DeliveryStore}.
 */
@NullMarked
package dev.traitflow.server.delivery.rows;

import org.jspecify.annotations.NullMarked;
