package dev.traitflow.core.profile;

import static dev.traitflow.core.trait.EventBuilder.track;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapProfileStoreTest {
  private final HeapProfileStore store = new HeapProfileStore();

  @Test
  void scansInHistoryOrderWithinTheRange() {
    append(30, "a");
    append(10, "b");
    append(20, "\ud83d\ude00");
    append(20, "\uff5e");
    append(20, "a");
    assertThat(ids(-1, Long.MAX_VALUE)).containsExactly("b", "a", "\uff5e", "\ud83d\ude00", "a");
    assertThat(ids(10, 20)).containsExactly("a", "\uff5e", "\ud83d\ude00");
    assertThat(ids(20, 29)).isEmpty();
  }

  @Test
  void storesAnEventOnce() {
    append(10, "a");
    append(10, "a");
    append(5, "a");
    append(5, "a");
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.contains(10, "a")).isTrue();
    assertThat(store.contains(10, "b")).isFalse();
    assertThat(store.contains(7, "a")).isFalse();
  }

  @Test
  void stopsWhenTheVisitorHasEnough() {
    append(1, "a");
    append(2, "b");
    List<String> seen = new ArrayList<>();
    store.scan(-1, 9, event -> !seen.add(event.messageId()));
    assertThat(seen).containsExactly("a");
  }

  private void append(long at, String id) {
    store.append(track("E").at(at).id(id).build());
  }

  private List<String> ids(long from, long to) {
    List<String> ids = new ArrayList<>();
    store.scan(
        from,
        to,
        event -> {
          ids.add(event.messageId());
          return true;
        });
    return ids;
  }
}
