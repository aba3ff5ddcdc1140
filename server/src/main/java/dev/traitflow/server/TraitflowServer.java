package dev.traitflow.server;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.api.HttpServer;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.store.ProfileRepository;
import java.io.IOException;

/**
 * A running server: HTTP in front of a {@link Backbone}.
 *
 * <p>HTTP starts last and stops first, so that nothing is accepted that could not be kept.
 */
public final class TraitflowServer implements AutoCloseable {
  private final Backbone backbone;
  private final HttpServer http;

  private TraitflowServer(Backbone backbone, HttpServer http) {
    this.backbone = backbone;
    this.http = http;
  }

  /**
   * Starts to serve. The server owns the backbone from here on: it is closed with the server, and
   * at once if the start fails.
   *
   * @param predictions trains and explains predictions; whoever made it closes it, before the
   *     server, since requests may wait for it
   * @throws IOException if the token of the data directory cannot be read or written
   */
  public static TraitflowServer start(Backbone backbone, PredictionControl predictions)
      throws IOException {
    try {
      return new TraitflowServer(backbone, backbone.listen(predictions));
    } catch (IOException | RuntimeException failure) {
      backbone.close();
      throw failure;
    }
  }

  /**
   * Applies a space file, as the control API does; a start does so with the files it is given.
   *
   * @return the space as it is now
   * @throws InvalidDefinitionException if the space cannot be that; nothing has changed then
   */
  public SpaceDefinition apply(SpaceDefinition file) throws InvalidDefinitionException {
    return http.apply(file);
  }

  /** The port HTTP listens on. */
  public int port() {
    return http.port();
  }

  /** Where calls go. */
  public EventLog log() {
    return backbone.log();
  }

  /** The definitions. */
  public SpaceRegistry spaces() {
    return backbone.spaces();
  }

  /** The profiles. */
  public ProfileRepository repository() {
    return backbone.repository();
  }

  @Override
  public void close() {
    backbone.release();
    http.close();
    backbone.close();
  }
}
