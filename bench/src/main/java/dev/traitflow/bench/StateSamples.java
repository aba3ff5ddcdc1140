package dev.traitflow.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.bench.job.Traffic;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Real states of profiles, as many bytes as ours have after so many events: the raw loop writes
 * them as its accumulators, so that both sides compress and copy the same bytes.
 */
final class StateSamples {
  /** What the operator keeps around the engine's state, in bytes. */
  private static final int AROUND = 26;

  private static final int SAMPLES_EACH = 16;
  private static final int EVENTS_READ = 200_000;
  private static final int EVERY_NTH_PROFILE = 40;

  private final List<List<byte[]>> byMagnitude = new ArrayList<>();

  private record Folded(ProfileState state, HeapProfileStore history, int[] events) {}

  /** Folds the beginning of the traffic for some of its profiles. */
  static StateSamples of(Traffic traffic, String space) throws IOException {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition definition = SpaceDefinition.parse(new JsonMapper().readTree(space), problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("definition: got " + problems + " (expected none)");
    }
    ProfileEngine engine = new ProfileEngine(ProfilePlan.of(definition.traits()));
    StateSamples samples = new StateSamples();
    Map<String, Folded> sampled = new HashMap<>();
    Traffic.Generator generator = traffic.generator();
    for (int read = 0; generator.hasNext() && read < EVENTS_READ; read++) {
      LiveEvent message = generator.next();
      if (Math.floorMod(message.key().hashCode(), EVERY_NTH_PROFILE) != 0) {
        continue;
      }
      Folded folded =
          sampled.computeIfAbsent(
              message.key(),
              any -> new Folded(engine.load(null), new HeapProfileStore(), new int[1]));
      Event event = ResolvedEvent.CODEC.decode(message.resolved()).event();
      folded.history.append(event);
      engine.add(folded.state, folded.history, event, message.at());
      samples.keep(++folded.events[0], folded.state);
    }
    return samples;
  }

  /** The state of some profile after about so many events, from 1. */
  byte[] after(int events, int choice) {
    int magnitude = Math.min(magnitude(events), byMagnitude.size() - 1);
    while (byMagnitude.get(magnitude).isEmpty()) {
      magnitude--;
    }
    List<byte[]> candidates = byMagnitude.get(magnitude);
    return candidates.get(choice % candidates.size());
  }

  private void keep(int events, ProfileState state) {
    int magnitude = magnitude(events);
    while (byMagnitude.size() <= magnitude) {
      byMagnitude.add(new ArrayList<>());
    }
    List<byte[]> kept = byMagnitude.get(magnitude);
    if (kept.size() < SAMPLES_EACH) {
      byte[] bytes = state.encode();
      kept.add(Arrays.copyOf(bytes, bytes.length + AROUND));
    }
  }

  private static int magnitude(int events) {
    return 31 - Integer.numberOfLeadingZeros(events);
  }
}
