package dev.traitflow.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.sample.SampleEvents;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.jobs.ProfileJob;
import dev.traitflow.jobs.ScoringJob;
import dev.traitflow.jobs.bundle.FileSystemBundles;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.launcher.cli.Modules;
import dev.traitflow.launcher.runtime.EmbeddedFlink;
import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.launcher.runtime.Instance;
import dev.traitflow.launcher.runtime.Parts;
import dev.traitflow.launcher.runtime.QueryFlink;
import dev.traitflow.launcher.runtime.RemoteFlink;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.config.FileProblem;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceFiles;
import dev.traitflow.server.config.YamlDocument;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.apply.StoreRebuild;
import dev.traitflow.sql.SqlOptions;
import dev.traitflow.sql.SqlRunner;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The modules this program was built with: the one class that calls all of them. */
final class LinkedModules implements Modules, Parts {
  private static final long DEMO_SEED = 1;

  /** The variable that says for how many hours a messageId is remembered. */
  private static final String DEDUP_HOURS = "TRAITFLOW_DEDUP_HOURS";

  /** The variable that says how many distinct custom trait keys a profile may have. */
  private static final String TRAIT_KEYS = "TRAITFLOW_TRAIT_KEYS";

  /** Set to false, a start leaves the jobs out: calls are taken and kept for a later one. */
  private static final String WITH_JOBS = "traitflow.jobs";

  private final PrintStream out;
  private final PrintStream err;

  LinkedModules(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Parts parts() {
    return this;
  }

  @Override
  public List<JobID> startJobs(Instance.Context context) {
    if (System.getProperty(WITH_JOBS, "true").equals("false")) {
      return List.of();
    }
    EmbeddedFlink flink = context.flink();
    JobSettings settings = settings(context.layout());
    StreamExecutionEnvironment profiles = flink.environment(ProfileJob.NAME);
    ProfileJob.define(profiles, context.kafka(), settings);
    StreamExecutionEnvironment scoring = flink.environment(ScoringJob.NAME);
    ScoringJob.define(
        scoring, context.kafka(), LinkedServer.bundles(context.settings().data()), settings);
    return List.of(flink.submit(ProfileJob.NAME, profiles), flink.submit(ScoringJob.NAME, scoring));
  }

  private static JobSettings settings(TopicLayout layout) {
    return new JobSettings(
        layout.logPartitions(),
        layout.profilePartitions(),
        JobSettings.MAX_PARALLELISM,
        System.currentTimeMillis(),
        dedupMinutes(System.getenv(DEDUP_HOURS)),
        traitKeysMax(System.getenv(TRAIT_KEYS)));
  }

  /** The window in which repeats are dropped, from the environment; 24 hours if it says nothing. */
  static long dedupMinutes(@Nullable String hours) {
    long most = JobSettings.DEDUP_MINUTES_MAX / 60;
    if (hours == null || hours.isBlank()) {
      return JobSettings.DEDUP_MINUTES_MIN;
    }
    if (!hours.strip().matches("[0-9]{2,3}")
        || Long.parseLong(hours.strip()) < 24
        || Long.parseLong(hours.strip()) > most) {
      throw new Failure(
          DEDUP_HOURS + ": got '" + hours + "' (expected whole hours from 24 to " + most + ")");
    }
    return Long.parseLong(hours.strip()) * 60;
  }

  /** How many custom trait keys a profile may have, from the environment. */
  static int traitKeysMax(@Nullable String keys) {
    if (keys == null || keys.isBlank()) {
      return JobSettings.TRAIT_KEYS_DEFAULT;
    }
    if (!keys.strip().matches("[1-9][0-9]{0,6}")
        || Integer.parseInt(keys.strip()) > JobSettings.TRAIT_KEYS_MOST) {
      throw new Failure(
          TRAIT_KEYS
              + ": got '"
              + keys
              + "' (expected a whole number from 1 to "
              + JobSettings.TRAIT_KEYS_MOST
              + ")");
    }
    return Integer.parseInt(keys.strip());
  }

  @Override
  public void submitJobs(URI jobManager, KafkaConnection kafka, URI checkpoints) {
    JobSettings settings = settings(StandaloneServer.topics(kafka));
    RemoteFlink flink = new RemoteFlink(jobManager, checkpoints);
    StreamExecutionEnvironment profiles = flink.environment(ProfileJob.NAME);
    ProfileJob.define(profiles, kafka, settings);
    flink.submit(ProfileJob.NAME, profiles);
    StreamExecutionEnvironment scoring = flink.environment(ScoringJob.NAME);
    ScoringJob.define(scoring, kafka, beside(checkpoints), settings);
    flink.submit(ScoringJob.NAME, scoring);
  }

  /** What the cluster's machines all see is where the checkpoints are. */
  private static BundleStore beside(URI checkpoints) {
    return new FileSystemBundles(
        URI.create(checkpoints.toString().replaceAll("/*$", "/") + "models"));
  }

  @Override
  public void serve(
      KafkaConnection kafka,
      Path data,
      String bind,
      int port,
      List<Path> spaces,
      boolean replica,
      ServerNames names)
      throws InterruptedException {
    StandaloneServer.run(kafka, data, bind, port, spaces, replica, names, out);
  }

  @Override
  public long rebuildStore(Path data, StoreRebuild.Progress progress) {
    return RebuiltStore.rebuild(data, progress);
  }

  @Override
  public Server startServer(Instance.Context context) {
    return LinkedServer.start(context);
  }

  @Override
  public ProfileFolder openProfiles(Path data) {
    return StoredProfiles.open(data);
  }

  @Override
  public int sql(
      KafkaConnection kafka, Optional<String> file, Optional<String> query, boolean json) {
    List<String> files = file.map(List::of).orElse(List.of());
    SqlOptions options = new SqlOptions(kafka, files, query.orElse(""), "", json, false);
    try (QueryFlink flink = new QueryFlink()) {
      return SqlRunner.run(options, flink::environment, out, err);
    }
  }

  @Override
  public PredictionDefinition prediction(Path file) {
    try {
      YamlDocument document = YamlDocument.parse(file.toString(), Files.readString(file));
      List<Problem> problems = new ArrayList<>();
      PredictionDefinition prediction =
          PredictionDefinition.parseForEvaluation(new Fields(document.json(), "", problems));
      if (!prediction.cohort().isEmpty()) {
        problems.add(
            new Problem("/cohort", "is there (expected none: a file of calls has no audiences)"));
      }
      if (!problems.isEmpty()) {
        throw new InvalidDefinitionException(problems).in(document);
      }
      return prediction;
    } catch (InvalidDefinitionException wrong) {
      throw new Failure(String.valueOf(wrong.getMessage()), wrong);
    } catch (IOException e) {
      throw Failure.reading(file, e);
    }
  }

  @Override
  public List<FileProblem> problems(Path space) throws IOException {
    return SpaceFiles.check(space.toString(), Files.readString(space), System::getenv);
  }

  @Override
  public String shown(Path space, Problem problem) {
    return LinkedServer.document(space).place(problem).shown();
  }

  @Override
  public JsonNode space(Path file) {
    return LinkedServer.read(file).json();
  }

  @Override
  public void writeDemo(Path space, Path events, Instant end) throws IOException {
    try (InputStream definition =
        Objects.requireNonNull(
            LinkedModules.class.getResourceAsStream("/spaces/shop.yaml"), "spaces/shop.yaml")) {
      Files.copy(definition, space, StandardCopyOption.REPLACE_EXISTING);
    }
    Path next = events.resolveSibling(events.getFileName() + ".next");
    try (OutputStream lines = new BufferedOutputStream(Files.newOutputStream(next), 1 << 16)) {
      new SampleEvents(DEMO_SEED, end.toEpochMilli()).writeTo(lines);
    }
    Files.move(next, events, StandardCopyOption.REPLACE_EXISTING);
  }
}
