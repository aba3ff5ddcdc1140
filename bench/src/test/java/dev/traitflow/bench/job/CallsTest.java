package dev.traitflow.bench.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.LogEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final Calls SEEN = new Calls(7, 3, "shop", 1_000, 10_000, 0.05, 20_000);
  private static final Calls NEW = new Calls(7, 0, "shop", 0, 1_000, 1, 20_000);

  @Test
  void areTheSameForTheSameSeed() {
    assertThat(entries(SEEN)).isEqualTo(entries(SEEN)).hasSize(11_000);
  }

  @Test
  void carryNewIdSetsAsOftenAsSaid() {
    Resolver resolver = new Resolver();
    Set<String> profiles = new HashSet<>();
    Set<List<?>> sets = new HashSet<>();
    for (LogEntry entry : entries(SEEN)) {
      LiveEvent message = resolver.resolve(entry);
      profiles.add(message.key());
      sets.add(Resolver.identifiers(message));
    }
    assertThat(sets.size() - 1_000).isBetween(400, 600);
    assertThat(profiles.size() - 1_000).isBetween(180, 320);
  }

  @Test
  void ofNewCustomersHaveThreeIdentifiersNobodyHas() {
    Resolver resolver = new Resolver();
    Set<Object> identifiers = new HashSet<>();
    for (LogEntry entry : entries(NEW)) {
      identifiers.addAll(Resolver.identifiers(resolver.resolve(entry)));
    }
    assertThat(identifiers).hasSize(1_000 * Calls.IDENTIFIERS);
  }

  private static List<LogEntry> entries(Calls calls) {
    List<LogEntry> entries = new ArrayList<>();
    Calls.Generator generator = calls.generator();
    while (generator.hasNext()) {
      entries.add(generator.next());
    }
    return entries;
  }
}
