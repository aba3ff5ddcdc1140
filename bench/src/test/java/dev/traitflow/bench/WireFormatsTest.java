package dev.traitflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/wire-formats.md} names every class that makes or reads bytes, with its fixtures. So a
 * new format without a fixture is found here, whether it has a codec or not.
 *
 * <p>Known limit: bytes that are made without any of {@link #TOOLS}, as keys are with a {@code
 * ByteBuffer}, stand in the document because somebody thought of them.
 */
class WireFormatsTest {
  private static final Path ROOT = Path.of("..");

  /** The modules whose bytes outlive a process; files of benchmarks do not. */
  private static final List<String> MODULES = List.of("core", "ml", "jobs", "sql", "server");

  /** What bytes are made and read with. */
  private static final Set<String> TOOLS =
      Set.of(
          "dev.traitflow.core.codec.ByteReader",
          "dev.traitflow.core.codec.ByteWriter",
          "java.io.DataInputStream",
          "java.io.DataOutputStream",
          "org.apache.flink.api.common.typeutils.TypeSerializer",
          "org.apache.flink.api.common.typeutils.TypeSerializerSnapshot");

  private static final String PARTS = "Parts of other formats";
  private static final String WITHOUT = "No fixture";
  private static final Pattern MARKED = Pattern.compile("`([^`]+)`");
  private static final JavaClasses CLASSES = ArchitectureTest.importOurs();

  /**
   * A row of a table of the document.
   *
   * @param section the heading above it
   * @param name the class it is about
   * @param last what is marked in its last cell
   */
  private record Row(String section, String name, List<String> last) {
    boolean hasFixtures() {
      return !section.equals(PARTS) && !section.equals(WITHOUT);
    }
  }

  @Test
  void everyClassThatMakesOrReadsBytesStandsInTheDocument() throws IOException {
    Set<String> known = new HashSet<>();
    Set<String> makers = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      if (isOfModules(each)) {
        known.add(outermost(each).getSimpleName());
        if (usesTools(each)) {
          makers.add(outermost(each).getSimpleName());
        }
      }
    }
    List<String> named = rows().stream().map(Row::name).toList();
    assertThat(named).doesNotHaveDuplicates();
    assertThat(known).containsAll(named);
    assertThat(named)
        .as("a class that makes or reads bytes needs a row in docs/wire-formats.md, and a fixture")
        .containsAll(makers);
  }

  @Test
  void everyFormatHasAFixtureAndEveryFixtureAFormat() throws IOException {
    Set<String> unclaimed = new TreeSet<>(frozen());
    Set<String> files = files();
    for (Row row : rows()) {
      if (row.hasFixtures()) {
        assertThat(row.last).as("fixtures of %s", row.name).isNotEmpty();
        for (String fixture : row.last) {
          List<String> found = frozen().stream().filter(name -> isNamed(name, fixture)).toList();
          unclaimed.removeAll(found);
          assertThat(!found.isEmpty() || files.contains(fixture))
              .as("fixture %s of %s: there is none", fixture, row.name)
              .isTrue();
        }
      }
    }
    assertThat(unclaimed).as("fixtures that docs/wire-formats.md does not name").isEmpty();
  }

  @Test
  void partsArePartsOfFormatsThatHaveAFixture() throws IOException {
    List<String> whole = rows().stream().filter(Row::hasFixtures).map(Row::name).toList();
    for (Row row : rows()) {
      if (row.section.equals(PARTS)) {
        assertThat(row.last).as("what %s is part of", row.name).isNotEmpty();
        assertThat(whole).as("what %s is part of", row.name).containsAll(row.last);
      }
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(ROOT.resolve("docs/wire-formats.md"))) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else if (line.startsWith("| `")) {
        String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
        rows.add(new Row(section, marked(cells[0]).get(0), marked(cells[cells.length - 1])));
      }
    }
    return rows;
  }

  private static List<String> marked(String cell) {
    List<String> marked = new ArrayList<>();
    Matcher matcher = MARKED.matcher(cell);
    while (matcher.find()) {
      marked.add(matcher.group(1));
    }
    return marked;
  }

  private static boolean isNamed(String name, String fixture) {
    return fixture.endsWith(".*")
        ? name.startsWith(fixture.substring(0, fixture.length() - 1))
        : name.equals(fixture);
  }

  /** The names of all modules' {@code frozen-bytes.properties}. */
  private static Set<String> frozen() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : MODULES) {
      Path file =
          ROOT.resolve(module + "/src/test/resources/dev/traitflow")
              .resolve(module + "/frozen-bytes.properties");
      if (Files.exists(file)) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
          properties.load(in);
        }
        names.addAll(properties.stringPropertyNames());
      }
    }
    return names;
  }

  /** Fixtures that are files, and tests that have theirs inside. */
  private static Set<String> files() throws IOException {
    Set<String> names = new HashSet<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/test"))) {
        files
            .map(file -> file.getFileName().toString())
            .forEach(name -> names.add(name.replaceFirst("\\.java$", "")));
      }
    }
    return names;
  }

  private static boolean isOfModules(JavaClass each) {
    return MODULES.stream()
        .anyMatch(module -> each.getPackageName().startsWith("dev.traitflow." + module));
  }

  private static boolean usesTools(JavaClass each) {
    return TOOLS.contains(each.getName())
        || each.getDirectDependenciesFromSelf().stream()
            .anyMatch(dependency -> TOOLS.contains(dependency.getTargetClass().getName()));
  }

  private static JavaClass outermost(JavaClass each) {
    JavaClass outer = each;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
