package dev.traitflow.launcher.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final String TEXT = "one\n\nthree\n  \nfive";

  @Test
  void holdsWholeLinesAndKnowsWhichAreBlank() throws IOException {
    Chunk chunk = read(TEXT);

    assertThat(chunk.lines()).isEqualTo(5);
    assertThat(chunk.nonBlank()).isEqualTo(3);
    assertThat(chunk.lastLine()).isEqualTo(5);
    assertThat(text(chunk)).isEqualTo(TEXT);
  }

  @Test
  void cutsOffWhatTheServerHas() throws IOException {
    Chunk rest = read(TEXT).after(3);

    assertThat(rest.firstLine()).isEqualTo(4);
    assertThat(rest.lines()).isEqualTo(2);
    assertThat(rest.nonBlank()).isEqualTo(1);
    assertThat(text(rest)).isEqualTo("  \nfive");
  }

  @Test
  void isEmptyWhenTheServerHasAll() throws IOException {
    assertThat(read(TEXT).after(5).lines()).isZero();
    assertThat(read(TEXT).after(50).lines()).isZero();
    assertThat(read("one\n").after(1).lines()).isZero();
  }

  @Test
  void staysAsItIsWhenTheServerHasNothing() throws IOException {
    Chunk chunk = read(TEXT);

    assertThat(chunk.after(0)).isSameAs(chunk);
  }

  @Test
  void neverSplitsALine() throws IOException {
    String huge = "x".repeat(3 << 20) + "\nnext\n";
    ChunkReader reader =
        new ChunkReader(
            new ByteArrayInputStream(huge.getBytes(StandardCharsets.UTF_8)), Optional.empty());

    assertThat(reader.next().orElseThrow().lines()).isEqualTo(1);
    assertThat(text(reader.next().orElseThrow())).isEqualTo("next\n");
    assertThat(reader.next()).isEmpty();
  }

  private static Chunk read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ChunkReader(new ByteArrayInputStream(bytes), Optional.empty()).next().orElseThrow();
  }

  private static String text(Chunk chunk) {
    return new String(chunk.bytes(), StandardCharsets.UTF_8);
  }
}
