package dev.traitflow.core.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.traitflow.core.json.JsonTree;
import org.jspecify.annotations.Nullable;

/**
 * What a call says of the destinations it is meant for: {@code {"All": false, "CRM": true}}.
 *
 * <p>Laws: a destination's own name, whose case counts, beats {@code All}; without {@code All}, and
 * without an object, every destination is meant; a value that is neither true nor false, such as
 * the settings of a destination, means true; null means nothing, as if the name were missing.
 */
public final class IntegrationsObject {
  /** The code under which what is not meant for a destination is counted. */
  public static final String FILTERED = "FILTERED_BY_INTEGRATIONS_OBJECT";

  private static final String ALL = "All";

  private final JsonNode json;

  private IntegrationsObject(JsonNode json) {
    this.json = json;
  }

  /** Reads the object. {@code json} is an object as UTF-8, empty if the call has none. */
  public static IntegrationsObject of(byte[] json) {
    return new IntegrationsObject(
        json.length == 0 ? MissingNode.getInstance() : JsonTree.parse(json));
  }

  /** True if the call is meant for the destination of this name. */
  public boolean allows(String destination) {
    Boolean own = said(destination);
    Boolean all = said(ALL);
    return own != null ? own : all == null || all;
  }

  private @Nullable Boolean said(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    return !value.isBoolean() || value.booleanValue();
  }
}
