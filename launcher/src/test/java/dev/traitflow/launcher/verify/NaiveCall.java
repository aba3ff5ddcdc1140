package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One accepted tracking call, as the oracle understands it.
 *
 * @param line its number in the file, from 1
 * @param type identify, track, page, screen, group or alias
 * @param messageId unique among accepted calls
 * @param timestamp epoch milliseconds
 * @param event the name under which it enters the history; null for calls that do not
 * @param userId null if it has none
 * @param anonymousId null if it has none
 * @param groupId the account of a group call; null for others
 * @param properties with numbers in their shortest form; empty if it has none
 * @param traits of the user, or of the account for a group call; empty if it has none
 * @param context empty if it has none
 */
record NaiveCall(
    long line,
    String type,
    String messageId,
    long timestamp,
    @Nullable String event,
    @Nullable String userId,
    @Nullable String anonymousId,
    @Nullable String groupId,
    ObjectNode properties,
    ObjectNode traits,
    ObjectNode context) {}
