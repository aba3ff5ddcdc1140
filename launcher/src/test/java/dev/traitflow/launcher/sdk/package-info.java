/**
 * Stories told by the clients people already have, each as its vendor publishes it and pointed here
 * by changing only the host. Start at {@code ClientStory}: what every client does and what must
 * then be on the profile.
 */
@NullMarked
package dev.traitflow.launcher.sdk;

import org.jspecify.annotations.NullMarked;
