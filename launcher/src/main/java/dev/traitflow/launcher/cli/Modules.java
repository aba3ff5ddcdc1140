package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Parts;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.config.FileProblem;
import dev.traitflow.server.store.apply.StoreRebuild;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the commands ask of the other modules.
 *
 * <p>An interface, so that each command can be read and tested without a broker, a database or a
 * model; one class in this program knows all modules.
 */
public interface Modules {

  /** The jobs and the server, for a whole instance. */
  Parts parts();

  /** Opens the profiles of a data directory that no process holds. */
  ProfileFolder openProfiles(Path data);

  /**
   * Runs Flink SQL over a broker's topics and prints the rows.
   *
   * @param kafka where the topics are
   * @param file an {@code .sql} file or the name of one that comes with the program, or empty
   * @param query SQL given on the command line, or empty
   * @param json whether rows are printed as one JSON document
   * @return the exit code
   */
  int sql(KafkaConnection kafka, Optional<String> file, Optional<String> query, boolean json);

  /**
   * Everything that is wrong with a space's definition file, at its place; empty if nothing is. The
   * examples in it are run.
   */
  List<FileProblem> problems(Path space) throws IOException;

  /** A problem with a space's definition at its place in the file. */
  String shown(Path space, Problem problem);

  /**
   * A space's definition file as the JSON the control API takes, secrets from the environment
   * filled in.
   *
   * @throws Failure if the file cannot be read, or is wrong; the message says where
   */
  JsonNode space(Path file);

  /**
   * One prediction's definition, as evaluations take it: any window in days.
   *
   * @throws Failure if the file cannot be read, or is wrong; the message says where
   */
  PredictionDefinition prediction(Path file);

  /**
   * Writes the demo's space file and its customers' events, the same for the same day.
   *
   * @param end the events lie before it
   */
  void writeDemo(Path space, Path events, Instant end) throws IOException;

  /**
   * Serves beside a Kafka and jobs that run elsewhere, until the process is told to end.
   *
   * @param kafka where the topics are
   * @param data where the store and the clock are kept
   * @param bind the address to listen on
   * @param port of the server
   * @param spaces definitions to apply at the start
   * @param replica whether it only reads
   * @param names under what names callers reach it
   */
  void serve(
      KafkaConnection kafka,
      Path data,
      String bind,
      int port,
      List<Path> spaces,
      boolean replica,
      ServerNames names)
      throws InterruptedException;

  /**
   * Builds the server's store of a data directory, which no process holds, anew from its topics.
   *
   * @return how many records were applied
   * @throws Failure if the directory has no topics or is held
   */
  long rebuildStore(Path data, StoreRebuild.Progress progress);

  /**
   * Submits both jobs to a cluster.
   *
   * @param jobManager REST address of the cluster
   * @param kafka the connection as the cluster makes it
   * @param checkpoints where their checkpoints are kept
   */
  void submitJobs(URI jobManager, KafkaConnection kafka, URI checkpoints);

  /** The profiles in a data directory. */
  interface ProfileFolder extends AutoCloseable {
    /**
     * One profile with its identifiers and traits, or empty if nobody has that identifier.
     *
     * @param space id or slug, or empty for the only one
     * @param identifier type and value with a colon between
     * @param asOf an instant in ISO 8601, or empty for now
     */
    Optional<JsonNode> get(Optional<String> space, String identifier, Optional<String> asOf);

    /**
     * Why a trait of a profile has its value, or empty if there is no such profile or trait.
     *
     * @param space id or slug, or empty for the only one
     * @param identifier type and value with a colon between
     * @param asOf an instant in ISO 8601, or empty for now
     * @param limit the greatest number of events in each list
     */
    Optional<JsonNode> why(
        Optional<String> space, String identifier, String trait, Optional<String> asOf, int limit);

    /** Writes every profile as a line of canonical JSON, sorted by segment_id. */
    void export(Optional<String> space, PrintWriter out);

    @Override
    void close();
  }
}
