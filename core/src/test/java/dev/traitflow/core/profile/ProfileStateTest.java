package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.identify;
import static dev.traitflow.core.trait.EventBuilder.track;
import static dev.traitflow.core.trait.EventBuilder.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.Event;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileStateTest {
  private static final long HOUR = 3_600_000L;

  @ParameterizedTest
  @ValueSource(strings = {"profile-state-v3.bin", "profile-state-v4.bin"})
  void readsWhatEveryVersionWrote(String name) throws IOException {
    ProfileBench bench = withAudience();
    ProfileState restored = bench.engine.load(golden(name));
    assertThat(bench.engine.isStale(restored)).isFalse();
    assertThat(bench.engine.values(restored)).isEqualTo(bench.engine.values(bench.state));
    assertThat(restored.encode()).isEqualTo(golden("profile-state-v4.bin"));
  }

  @Test
  void goesOnFromWhatItWrote() {
    ProfileBench bench = fixed();
    ProfileState restored = bench.engine.load(bench.state.encode());
    Event late = track("E").id("late").at(HOUR + 1).with("{\"p\":11}").build();
    bench.history.append(late);
    bench.engine.add(bench.state, bench.history, late, 9 * HOUR);
    bench.engine.add(restored, bench.history, late, 9 * HOUR);
    assertThat(restored.encode()).isEqualTo(bench.state.encode());
    assertThat(bench.engine.values(restored))
        .isEqualTo(bench.engine.values(bench.engine.fold(bench.history, 9 * HOUR)));
  }

  @Test
  void writesVersionFour() throws IOException {
    assertThat(withAudience().state.encode()).isEqualTo(golden("profile-state-v4.bin"));
  }

  @Test
  void refusesUnknownVersionsAndBytesCutShort() throws IOException {
    byte[] golden = golden("profile-state-v3.bin");
    assertThatThrownBy(() -> fixed().engine.load(new byte[] {2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile state version");
    assertThatThrownBy(() -> fixed().engine.load(Arrays.copyOf(golden, golden.length / 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * One trait of each kind, windows of each kind, custom and written traits, one of each removed.
   */
  static ProfileBench fixed() {
    return fill(List.of());
  }

  /** The same with two audiences: one the profile is in, one it has left. */
  private static ProfileBench withAudience() {
    return fill(
        List.of(
            "{'key':'pros','root':{'all':[{'trait':'plan','op':'equals','value':'pro'}]}}",
            "{'key':'one','root':{'all':[{'trait':'count','op':'equals','value':1}]}}"));
  }

  private static ProfileBench fill(List<String> audiences) {
    String of = "'event':'E','property':'p'";
    ProfileBench bench =
        new ProfileBench(
            audiences,
            "{'key':'count','type':'event_counter','event':'E','window':{'within':'4 h'}}",
            "{'key':'sum','type':'aggregation','aggregation':'sum'," + of + "}",
            "{'key':'avg','type':'aggregation','aggregation':'avg'," + of + "}",
            "{'key':'max','type':'aggregation','aggregation':'max',"
                + of
                + ",'window':{'between':['1 h','5 h']}}",
            "{'key':'often','type':'most_frequent'," + of + ",'minimum_frequency':1}",
            "{'key':'first','type':'first'," + of + "}",
            "{'key':'last','type':'last'," + of + ",'window':{'session':'90 m'}}",
            "{'key':'list','type':'unique_list'," + of + "}",
            "{'key':'distinct','type':'unique_list_count'," + of + "}",
            "{'key':'never','type':'event_counter','event':'F'}");
    bench.own(audiences.isEmpty() ? "phone" : "user_id");
    bench.add(track("E").at(HOUR).with("{\"p\":2.5}"));
    bench.add(track("E").at(2 * HOUR).with("{\"p\":\"0.25\"}"));
    bench.add(track("E").at(3 * HOUR).with("{\"p\":\"é\"}"));
    bench.addAt(track("E").at(9 * HOUR).with("{\"p\":4}"), 4 * HOUR);
    bench.add(identify("{\"plan\":\"pro\",\"gone\":null}").at(HOUR));
    bench.add(write("churn", "{\"p_churn\":0.5,\"p_none\":null}").at(2 * HOUR));
    return bench;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = ProfileStateTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
