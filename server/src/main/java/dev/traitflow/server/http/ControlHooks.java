package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What the admin routes ask of whoever started the server. */
public interface ControlHooks {
  /**
   * Trains predictions and puts the models into use.
   *
   * @param space id of the space
   * @param predictions keys; all of the space if empty
   * @return what was trained, for the caller to read
   * @throws IllegalArgumentException if a prediction is unknown; its message is shown
   */
  JsonNode train(String space, List<String> predictions);
}
