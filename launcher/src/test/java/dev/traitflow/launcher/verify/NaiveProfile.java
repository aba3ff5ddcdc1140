package dev.traitflow.launcher.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedSet;

/**
 * A profile as it must be.
 *
 * @param collection users or accounts
 * @param identifiers all of its identifiers, each as {@code type:value}
 * @param traits custom and computed ones by key; what is absent or unset has no key
 */
record NaiveProfile(
    String collection, SortedSet<String> identifiers, Map<String, JsonNode> traits) {}
