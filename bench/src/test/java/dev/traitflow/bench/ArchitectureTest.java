package dev.traitflow.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arrows between modules and packages that the style guide draws, over all classes: it stands
 * here because this is the one module with all others on its class path.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.traitflow.";

  /** In core a package may import those to its left only. */
  private static final List<String> CORE =
      List.of(
          "codec",
          "text",
          "json",
          "definition",
          "event",
          "identity",
          "condition",
          "trait",
          "audience",
          "prediction",
          "profile",
          "delivery",
          "topic",
          "space",
          "sample");

  /** What each module may see of ours; nothing sees the benchmarks, which see all. */
  private static final Map<String, List<String>> MODULES =
      Map.of(
          "core", List.of(),
          "ml", List.of("core"),
          "jobs", List.of("core", "ml"),
          "sql", List.of("core"),
          "server", List.of("core"),
          "predict", List.of("core", "ml", "jobs", "server"),
          "launcher", List.of("core", "ml", "jobs", "sql", "server", "predict"),
          "bench", List.of("core", "ml", "jobs", "sql", "server", "predict", "launcher"));

  /**
   * What each package of the jobs may import of the others. The stages (ingest, identity, profile,
   * scoring, training) meet in the mains only; history is a room that the profile stage uses,
   * bundle one of those outside.
   */
  private static final Map<String, List<String>> JOBS =
      Map.of(
          "runtime", List.of(),
          "bundle", List.of(),
          "history", List.of("runtime"),
          "ingest", List.of("runtime"),
          "identity", List.of("runtime"),
          "profile", List.of("runtime", "history"),
          "scoring", List.of("runtime"),
          "training", List.of("runtime"));

  /** In predict a package may import those to its left only. */
  private static final List<String> PREDICT = List.of("rows", "trainer", "service");

  /**
   * The packages of the server; each may import those before it only. The rows of the store come
   * before those who write and read them, all of the store before the definitions that wait for it,
   * and the table of all routes last but the server itself, which is the package without a name.
   */
  private static final List<String> SERVER =
      List.of(
          "files",
          "schedule",
          "health",
          "log",
          "store.rows",
          "store.barrier",
          "store.read",
          "delivery.rows",
          "store.apply",
          "store",
          "questions",
          "config",
          "delivery",
          "predictions",
          "debugger",
          "http",
          "access",
          "openapi",
          "metrics",
          "tracking",
          "profileapi",
          "admin",
          "control",
          "control.predictions",
          "api",
          "");

  /** More files than this and a package is two. */
  private static final int FILES_MAX = 20;

  /** Packages that are larger still: they may shrink and not grow. */
  private static final Map<String, Integer> LARGER = Map.of("config", 30);

  /** More lines than this and a class is two. */
  private static final int LINES_MAX = 400;

  private static final JavaClasses CLASSES = importOurs();

  @Test
  void seesTheClassesOfAllModules() {
    for (String module : MODULES.keySet()) {
      assertThat(CLASSES).as(module).anyMatch(each -> each.getName().startsWith(ROOT + module));
    }
  }

  @Test
  void modulesImportOnlyWhatTheirArrowsAllow() {
    MODULES.forEach(
        (module, allowed) -> {
          for (String other : MODULES.keySet()) {
            if (!other.equals(module) && !allowed.contains(other)) {
              refuse(ROOT + module + "..", ROOT + other + "..");
            }
          }
        });
  }

  @Test
  void packagesOfCoreImportOnlyToTheirLeft() {
    importOnlyToTheLeft("core.", CORE);
  }

  @Test
  void coreKnowsNeitherFlinkNorKafkaNorHttp() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.flink..",
            "org.apache.kafka..",
            "io.undertow..",
            "org.slf4j..",
            "java.net.http..")
        .check(CLASSES);
  }

  /** Native code that can take a process with it is where models are fitted, and nowhere else. */
  @Test
  void onlyFamiliesOfModelsKnowTheLibrariesThatTrain() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "ml.model..", ROOT + "bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ml.dmlc..", "org.tribuo..", "de.bwaldvogel..")
        .check(CLASSES);
  }

  @Test
  void packagesOfTheJobsImportOnlyWhatTheirArrowsAllow() {
    JOBS.forEach(
        (room, allowed) -> {
          for (String other : JOBS.keySet()) {
            if (!other.equals(room) && !allowed.contains(other)) {
              refuse(ROOT + "jobs." + room + "..", ROOT + "jobs." + other + "..");
            }
          }
        });
  }

  @Test
  void packagesOfPredictImportOnlyToTheirLeft() {
    importOnlyToTheLeft("predict.", PREDICT);
  }

  /** Training works on the server's parts; how requests reach it is none of its business. */
  @Test
  void predictKnowsNoHttp() {
    for (String room : SERVER.subList(SERVER.indexOf("http"), SERVER.indexOf("api") + 1)) {
      refuse(ROOT + "predict..", serverPackage(room));
    }
  }

  @Test
  void packagesOfTheServerImportOnlyThoseBeforeThem() {
    for (int left = 0; left < SERVER.size(); left++) {
      for (int right = left + 1; right < SERVER.size(); right++) {
        refuse(serverPackage(SERVER.get(left)), serverPackage(SERVER.get(right)));
      }
    }
    noClasses()
        .that()
        .resideInAPackage(ROOT + "predict..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.undertow..", "org.apache.flink.runtime.minicluster..")
        .check(CLASSES);
  }

  @Test
  void everyPackageOfTheServerHasItsPlace() {
    List<String> places = SERVER.stream().map(ArchitectureTest::serverPackage).toList();
    assertThat(places).doesNotHaveDuplicates();
    assertThat(CLASSES)
        .filteredOn(each -> each.getPackageName().concat(".").startsWith(ROOT + "server."))
        .extracting(JavaClass::getPackageName)
        .allMatch(places::contains);
  }

  /** A subpackage has a place of its own, so that the name is taken exactly. */
  private static String serverPackage(String name) {
    return ROOT + "server" + (name.isEmpty() ? "" : "." + name);
  }

  @Test
  void noPackageOfTheServerHasMoreFilesThanOneCanLookOver() throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    Path root = folder("server").resolve("dev/traitflow/server");
    for (Path file : sources("server")) {
      String name = root.relativize(file.getParent()).toString().replace(File.separator, ".");
      files.merge(name, 1, Integer::sum);
    }
    assertThat(files).containsOnlyKeys(SERVER);
    files.forEach(
        (name, count) ->
            assertThat(count)
                .as("files in the package %s", name)
                .isLessThanOrEqualTo(LARGER.getOrDefault(name, FILES_MAX)));
  }

  @Test
  void noFileIsTooLongToBeReadAtOnce() throws IOException {
    Map<Path, Integer> tooLong = new TreeMap<>();
    for (String module : MODULES.keySet()) {
      for (Path file : sources(module)) {
        int lines = Files.readAllLines(file).size();
        if (lines > LINES_MAX) {
          tooLong.put(file, lines);
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  private static List<Path> sources(String module) throws IOException {
    try (Stream<Path> all = Files.walk(folder(module))) {
      return all.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static Path folder(String module) {
    return Path.of("..", module, "src", "main", "java");
  }

  @Test
  void everyPackageOfTheJobsHasItsArrows() {
    assertThat(CLASSES)
        .filteredOn(each -> each.getPackageName().startsWith(ROOT + "jobs."))
        .extracting(each -> each.getPackageName().substring((ROOT + "jobs.").length()))
        .allMatch(JOBS::containsKey);
  }

  @Test
  void packagesOfTheLauncherHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + "launcher.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Base|Impl|Dto|Common|Misc)(\\$.*)?")
        .check(CLASSES);
  }

  /** Reads our own folders and jars only: the class path holds Flink and Kafka too. */
  static JavaClasses importOurs() {
    List<Location> ours = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      boolean jar = path.getFileName().toString().startsWith("traitflow-");
      boolean folder = path.endsWith("target/classes");
      if (jar || folder) {
        URI uri = jar ? URI.create("jar:" + path.toUri() + "!/") : path.toUri();
        ours.add(Location.of(uri));
      }
    }
    return new ClassFileImporter().importLocations(ours);
  }

  private static void importOnlyToTheLeft(String module, List<String> rooms) {
    for (int left = 0; left < rooms.size(); left++) {
      for (int right = left + 1; right < rooms.size(); right++) {
        refuse(ROOT + module + rooms.get(left) + "..", ROOT + module + rooms.get(right) + "..");
      }
    }
  }

  private static void refuse(String from, String to) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(to)
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
