package dev.traitflow.server.api;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.server.admin.AdminHandler;
import dev.traitflow.server.admin.FlushHandler;
import dev.traitflow.server.api.HttpServer.Parts;
import dev.traitflow.server.control.CaptureHandler;
import dev.traitflow.server.control.DebuggerHandler;
import dev.traitflow.server.control.FlexTemplatesHandler;
import dev.traitflow.server.control.HistoryReadsHandler;
import dev.traitflow.server.control.IdentityRulesHandler;
import dev.traitflow.server.control.InsightsHandler;
import dev.traitflow.server.control.MergesHandler;
import dev.traitflow.server.control.ObjectsHandler;
import dev.traitflow.server.control.ProfileDeletionHandler;
import dev.traitflow.server.control.SourcesHandler;
import dev.traitflow.server.control.SpaceDebuggerHandler;
import dev.traitflow.server.control.TraitsHandler;
import dev.traitflow.server.control.predictions.PredictionsHandler;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.LongRequests;
import dev.traitflow.server.http.Route;
import io.undertow.util.Methods;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The table of the control API: {@code /config} and {@code /admin}, for operators. */
public final class ControlRoutes {
  /** A whole space, in bytes. */
  private static final int SPACE_BYTES_MAX = 8 << 20;

  private static final String SPACES = "/config/spaces";
  static final String SPACE = SPACES + "/{space}";
  private static final String TRAITS = SPACE + "/traits";
  private static final String TRAIT = TRAITS + "/{key}";
  static final String TEMPLATES = SPACE + "/templates";
  private static final String IDENTITY = SPACE + "/identity";
  private static final String MERGES = SPACE + "/merges";
  private static final String SOURCES = "/config/sources";
  private static final String SOURCE = SOURCES + "/{source}";
  private static final String CAPTURE = "/admin/capture/{destination}";

  /** Kinds of which more is asked, or nothing yet. */
  private static final Set<Kind<?>> WITH_OWN_HANDLERS =
      Set.of(Kinds.SOURCES, Kinds.TOKENS, Kinds.IDENTIFIERS, Kinds.TRAITS, Kinds.PREDICTIONS);

  private ControlRoutes() {}

  /** The threads for requests that take long. */
  record Lanes(LongRequests flushes, LongRequests trainings, LongRequests reads) {}

  /** The routes. */
  static List<Route> of(
      Parts parts,
      AdminHandler admin,
      FlushHandler flush,
      PredictionsHandler predictions,
      SourcesHandler sources,
      DebuggerHandler debugger,
      Lanes lanes) {
    ObjectsHandler<AudienceDefinition> audiences =
        new ObjectsHandler<>(Kinds.AUDIENCES, parts.spaces(), parts.repository());
    HistoryReadsHandler histories =
        new HistoryReadsHandler(parts.spaces(), parts.clock(), parts.repository());
    return Stream.of(
            operation(admin, flush, lanes),
            spaces(parts, admin, histories, lanes),
            traits(
                new TraitsHandler(parts.spaces(), parts.repository(), parts.computations()),
                histories,
                lanes.reads()),
            objects(parts),
            PredictionRoutes.of(parts, predictions, audiences),
            identity(parts),
            deliveries(parts),
            sources(sources, debugger))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Route> operation(AdminHandler admin, FlushHandler flush, Lanes lanes) {
    return List.of(
        post("/admin/clock", "Sets the clock of a test instance", admin::setClock)
            .takes("ClockChange")
            .answers("ClockNow"),
        post(
                "/admin/flush",
                "Answers when everything accepted so far is reflected everywhere",
                flush::handle)
            .on(lanes.flushes())
            .answers("Flushed")
            .query("timeout"),
        get("/admin/status", "How the instance is", admin::status).answers("Status"),
        get("/admin/export", "All profiles, one a line", admin::export)
            .on(lanes.reads())
            .answers("application/x-ndjson")
            .query("in_space", "in_collection"),
        get("/admin/rejected", "Samples of refused calls, the newest first", admin::rejected)
            .answers("RejectedCalls")
            .query("in_space", "rejected_limit"),
        get("/admin/log/skips", "Records the job passes over", admin::listSkips)
            .answers("LogSkips"),
        post("/admin/log/skips", "Has the job pass over a record", admin::skip)
            .takes("LogSkipOrder")
            .answers(201, "LogSkip")
            .query("in_space"),
        post("/admin/train", "Trains predictions and waits for the models", admin::train)
            .on(lanes.trainings())
            .answers("Trained")
            .query("in_space", "of_prediction"));
  }

  private static List<Route> spaces(
      Parts parts, AdminHandler admin, HistoryReadsHandler histories, Lanes lanes) {
    ProfileDeletionHandler deletion = new ProfileDeletionHandler(parts.spaces(), parts.log());
    FlexTemplatesHandler flex = new FlexTemplatesHandler(parts.spaces(), parts.repository());
    return List.of(
        post("/admin/spaces", "Applies a space file", admin::apply)
            .withBody(SPACE_BYTES_MAX)
            .takes("SpaceDefinition")
            .answers("SpaceDefinition")
            .query("prune"),
        post("/admin/spaces/plan", "What applying a space file would do", histories::planSpace)
            .withBody(SPACE_BYTES_MAX)
            .reading()
            .on(lanes.reads())
            .takes("SpaceDefinition")
            .answers("SpacePlan")
            .query("prune", "counts"),
        get(SPACES, "Every space", admin::listSpaces).answers("Spaces"),
        get(SPACE, "The definition of a space", admin::showSpace).answers("SpaceDefinition"),
        Route.delete(
                SPACE + "/profiles/{identifier}",
                "Deletes a profile with all it has",
                Access.OPERATOR,
                deletion::handle)
            .answers(202, "Ordered"),
        get(TEMPLATES + "/flex", "The six contact-center traits", flex::list)
            .answers("FlexTemplates"),
        post(TEMPLATES + "/flex", "Creates those of them that are missing", flex::create)
            .answers(201, "FlexCreated"));
  }

  private static List<Route> traits(
      TraitsHandler traits, HistoryReadsHandler histories, LongRequests lane) {
    return List.of(
        get(TRAITS, "Every computed trait", traits::list).answers("Traits").query("refresh"),
        post(TRAITS, "Creates a computed trait", traits::create)
            .takes("TraitDefinition")
            .answers(201, "Trait")
            .query("restore"),
        get(TRAIT, "One computed trait as it stands", traits::show).answers("Trait"),
        put(TRAIT, "Changes a computed trait: its next version", traits::replace)
            .takes("TraitDefinition")
            .answers("Trait"),
        delete(TRAIT, "Deletes a computed trait; profiles keep its values", traits::delete)
            .answers("Deleted"),
        get(TRAIT + "/versions", "The definitions a trait has had", traits::versions)
            .answers("TraitVersions"),
        post(TRAIT + "/versions", "Brings an earlier definition back", traits::rollBack)
            .takes("TraitVersion")
            .answers("Trait"),
        post(TRAIT + "/enable", "Enables a trait", traits::enable).answers("Trait"),
        post(TRAIT + "/disable", "Freezes the values of a trait", traits::disable).answers("Trait"),
        post(TRAIT + "/pause", "Pauses the computation of new traits", traits::pause)
            .answers("Trait"),
        post(TRAIT + "/resume", "Goes on with it", traits::resume).answers("Trait"),
        post(TRAIT + "/stop", "Ends the computation of a new version", traits::stop)
            .answers("TraitOrDeleted"),
        post(TRAIT + "/refresh", "Counts the members of traits again", traits::refresh)
            .answers("Trait"),
        post(TRAITS + "/preview", "Values of a definition not saved yet", histories::preview)
            .withBody(SPACE_BYTES_MAX)
            .reading()
            .on(lane)
            .takes("TraitDefinition")
            .answers("TraitPreview"),
        post(TRAITS + "/plan", "What saving a definition would change", histories::plan)
            .withBody(SPACE_BYTES_MAX)
            .reading()
            .on(lane)
            .takes("TraitDefinition")
            .answers("TraitPlan"),
        get(TRAIT + "/csv", "The values of traits as CSV", histories::csv)
            .on(lane)
            .answers("text/csv")
            .query("csv_keys", "csv_format", "escape_formulas"));
  }

  private static List<Route> objects(Parts parts) {
    return Kinds.ALL.stream()
        .filter(kind -> !WITH_OWN_HANDLERS.contains(kind))
        .flatMap(
            kind ->
                objects(kind, new ObjectsHandler<>(kind, parts.spaces(), parts.repository()))
                    .stream())
        .toList();
  }

  /** The rows of a kind of which nothing but its objects is asked. */
  private static List<Route> objects(Kind<?> kind, ObjectsHandler<?> handler) {
    String list = SPACE + "/" + kind.path();
    String one = list + "/{" + ObjectsHandler.nameIn(kind) + "}";
    String word = kind.word();
    String article = "aeiou".indexOf(word.charAt(0)) < 0 ? "a " : "an ";
    String schema = Character.toUpperCase(word.charAt(0)) + word.substring(1);
    Route create =
        post(list, "Creates " + article + word, handler::create)
            .takes(schema + "Definition")
            .answers(201, schema);
    return List.of(
        get(list, "Every " + word, handler::list).answers(schema + "s"),
        kind.versions() == Kind.Versions.NONE ? create : create.query("restore"),
        get(one, "One " + word, handler::show).answers(schema),
        put(one, "Changes " + article + word, handler::replace)
            .takes(schema + "Definition")
            .answers(schema),
        delete(one, "Deletes " + article + word + " nothing uses", handler::delete)
            .answers("Deleted"));
  }

  private static List<Route> identity(Parts parts) {
    IdentityRulesHandler rules = new IdentityRulesHandler(parts.spaces(), parts.repository());
    InsightsHandler insights = new InsightsHandler(parts.spaces(), parts.repository());
    MergesHandler merges = new MergesHandler(parts.spaces(), parts.log(), parts.repository());
    return List.of(
        get(IDENTITY, "The identity rules, and the types that were seen", rules::show)
            .answers("IdentityRules"),
        put(IDENTITY, "Saves identity rules, for events from now on", rules::replace)
            .takes("IdentityRulesDefinition")
            .answers("IdentityRules"),
        post(
                IDENTITY + "/dry-run",
                "Which profiles other rules would not have allowed",
                rules::dryRun)
            .reading()
            .takes("IdentityRulesDefinition")
            .answers("RulesDryRun"),
        post(IDENTITY + "/import", "Takes the rules of another space", rules::importRules)
            .takes("RulesImport")
            .answers("IdentityRules"),
        get(IDENTITY + "/why-not-merged", "Why two profiles are two", insights::whyNotMerged)
            .answers("WhyNotMerged")
            .query("identifier"),
        get(SPACE + "/insights", "What identity resolution did", insights::list)
            .answers("Insights")
            .query("identifier", "insight_type", "start", "end", "page_limit", "next"),
        get(MERGES, "The merges of a profile", merges::list).answers("Merges").query("identifier"),
        post(MERGES, "Makes profiles one", merges::join)
            .takes("IdentifierList")
            .answers(202, "Ordered"),
        post(MERGES + "/{merge}/undo", "Takes a merge back", merges::undo)
            .takes("MergeUndo")
            .answers(202, "Ordered"));
  }

  private static List<Route> deliveries(Parts parts) {
    CaptureHandler capture = new CaptureHandler(parts.spaces(), parts.deliveries());
    SpaceDebuggerHandler debugger = new SpaceDebuggerHandler(parts.spaces(), parts.deliveries());
    return List.of(
        get(SPACE + "/debugger", "The newest calls to destinations", debugger::handle)
            .answers("EmittedCalls")
            .query("after_place", "debugger_limit", "search", "call_type", "event_name", "to"),
        get(CAPTURE, "What a capture destination received", capture::received).answers("Captured"),
        post(CAPTURE, "Sets what a capture destination answers next", capture::plan)
            .takes("PlannedAnswer")
            .answers("PlannedAnswer"),
        delete(CAPTURE, "Empties a capture destination", capture::empty).answers("Emptied"));
  }

  private static List<Route> sources(SourcesHandler sources, DebuggerHandler debugger) {
    return List.of(
        get(SOURCES, "Every source", sources::list).answers("Sources"),
        post(SOURCES, "Creates a source; its key is shown this once", sources::create)
            .takes("SourceDefinition")
            .answers(201, "Source"),
        get(SOURCES + "/catalog", "The kinds of sources there are", sources::catalog)
            .answers("SourceKinds"),
        get(SOURCE, "One source", sources::show).answers("Source"),
        put(SOURCE, "Changes a source", sources::change).takes("SourceChange").answers("Source"),
        Route.of(
                Methods.PATCH,
                SOURCE,
                "Changes members of a source",
                Access.OPERATOR,
                sources::change)
            .takes("SourceChange")
            .answers("Source"),
        delete(SOURCE, "Deletes a source", sources::delete).answers("Deleted"),
        post(SOURCE + "/enable", "Enables a source", sources::enable).answers("Source"),
        post(SOURCE + "/disable", "Disables a source", sources::disable).answers("Source"),
        post(SOURCE + "/rotate-key", "Gives a source another key", sources::rotateKey)
            .answers("Source"),
        get(SOURCE + "/debugger", "The newest calls of a source", debugger::page)
            .answers("DebuggerPage")
            .query(
                "in_space",
                "after_place",
                "until_place",
                "debugger_limit",
                "search",
                "call_type",
                "event_name",
                "call_status"),
        get(SOURCE + "/debugger/live", "The calls of a source as they come", debugger::live)
            .answers("text/event-stream")
            .query("in_space", "search", "call_type", "event_name", "call_status"));
  }

  static Route get(String template, String summary, Route.Handler handler) {
    return Route.get(template, summary, Access.OPERATOR, handler);
  }

  static Route post(String template, String summary, Route.Handler handler) {
    return Route.post(template, summary, Access.OPERATOR, handler);
  }

  static Route put(String template, String summary, Route.Handler handler) {
    return Route.of(Methods.PUT, template, summary, Access.OPERATOR, handler);
  }

  static Route delete(String template, String summary, Route.Handler handler) {
    return Route.delete(template, summary, Access.OPERATOR, handler);
  }
}
