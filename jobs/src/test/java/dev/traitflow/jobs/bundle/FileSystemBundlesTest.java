package dev.traitflow.jobs.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.jobs.scoring.SampleModels;
import dev.traitflow.ml.bundle.BundleFiles;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.ml.bundle.ModelBundle;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemBundlesTest {
  private static final BundleReference BUYS = BundleReference.of("spa_shop", "buys", "v1");

  private final Path folder;
  private final Path root;
  private final BundleStore store;
  private BundleFiles files = new BundleFiles(Map.of());

  FileSystemBundlesTest(@TempDir Path folder) {
    this.folder = folder;
    this.root = folder.resolve("data/models");
    this.store = FileSystemBundles.in(root);
  }

  @BeforeEach
  void makeABundle() throws IOException {
    files = BundleFiles.read(SampleModels.bundle(folder.resolve("made"), "buys", SampleModels.NOW));
  }

  @Test
  void aBundleIsReadAsItWasPut() throws Exception {
    store.put(BUYS, files);

    BundleFiles read = InstantiationUtil.clone(store).get(BUYS);

    assertThat(read.files().keySet()).isEqualTo(files.files().keySet());
    assertThat(ModelBundle.of(read).card()).isEqualTo(ModelBundle.of(files).card());
    assertThat(store.locate(BUYS)).isEqualTo(root.resolve("spa_shop/buys/v1").toString());
    assertThat(names(root.resolve("spa_shop/buys"))).containsExactly("v1");
  }

  @Test
  void aStoreThatWasMovedIsReadByTheReferencesOfBefore() throws IOException {
    store.put(BUYS, files);
    BundleReference population = store.putPopulation(BUYS, 7, new double[] {3, 1, 2});
    Path moved = folder.resolve("elsewhere");
    Files.move(folder.resolve("data"), moved);

    BundleStore there = FileSystemBundles.in(moved.resolve("models"));

    assertThat(there.get(BundleReference.parse(BUYS.toString())).has(BundleFiles.CARD)).isTrue();
    assertThat(there.population(BundleReference.parse(population.toString())))
        .containsExactly(1, 2, 3);
  }

  @Test
  void theAbsolutePathOfARecordOfBeforeIsRead() throws IOException {
    Path before = folder.resolve("a folder/models/spa_shop/buys/v0");
    files.write(before);

    BundleReference reference = BundleReference.parse(before.toString());

    assertThat(store.get(reference).has(BundleFiles.CARD)).isTrue();
    assertThat(store.locate(reference)).isEqualTo(before.toString());
    BundleReference population = store.putPopulation(reference, 9, new double[] {0.5});
    assertThat(before.resolveSibling("v0-population-9.json")).isRegularFile();
    assertThat(store.population(BundleReference.parse(population.toString()))).containsExactly(0.5);
  }

  @Test
  void aDraftIsNoBundleAndTheNextPutCompletesIt() throws IOException {
    store.put(BUYS, files);
    Files.delete(root.resolve("spa_shop/buys/v1/card.json"));
    Files.delete(root.resolve("spa_shop/buys/v1/members.bin"));

    assertThatThrownBy(() -> store.get(BUYS))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("spa_shop/buys/v1: is not there");

    store.put(BUYS, files);
    assertThat(ModelBundle.of(store.get(BUYS)).version())
        .isEqualTo(ModelBundle.of(files).version());
  }

  @Test
  void aBundleThatIsThereStaysAsItIs() throws IOException {
    store.put(BUYS, files);
    Path card = root.resolve("spa_shop/buys/v1/card.json");
    Files.writeString(card, "{\"version\":\"kept\"}");

    store.put(BUYS, files);

    assertThat(card).hasContent("{\"version\":\"kept\"}");
  }

  @Test
  void populationsLieBesideTheirBundleUntilTheyAreOfNoUse() throws IOException {
    store.put(BUYS, files);
    BundleReference other = BundleReference.of("spa_shop", "buys", "v10");
    BundleReference foreign = store.putPopulation(other, 1, new double[] {1});
    BundleReference old = store.putPopulation(BUYS, 1, new double[] {1});
    BundleReference last = store.putPopulation(BUYS, 2, new double[] {2});

    store.deletePopulations(BUYS, Set.of(last.name()));

    assertThat(store.population(last)).containsExactly(2);
    assertThat(store.population(foreign)).containsExactly(1);
    assertThatThrownBy(() -> store.population(old)).isInstanceOf(IOException.class);
    store.deletePopulations(BundleReference.of("spa_shop", "nothing", "v1"), Set.of());
  }

  @Test
  void aPredictionIsDeletedWithAllThatIsItsOwn() throws IOException {
    store.put(BUYS, files);
    store.put(BundleReference.of("spa_shop", "leaves", "v1"), files);
    BundleReference unusedBecauseItIsDeleted = store.putPopulation(BUYS, 1, new double[] {1});

    store.delete("spa_shop", "buys");
    store.delete("spa_shop", "never_trained");

    assertThat(names(root.resolve("spa_shop"))).containsExactly("leaves");
    assertThatThrownBy(() -> store.delete("..", "buys"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRootNamesItsFileSystem() {
    for (String root : List.of("models", "/data/models", "mailto:models")) {
      assertThatThrownBy(() -> new FileSystemBundles(URI.create(root)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bundles: got '" + root + "' (expected a URI");
    }
    assertThat(new FileSystemBundles(URI.create("s3://bucket/a")).locate(BUYS))
        .isEqualTo("s3://bucket/a/spa_shop/buys/v1");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    }
  }
}
