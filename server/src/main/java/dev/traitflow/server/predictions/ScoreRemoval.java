package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.PacedAppends;
import dev.traitflow.server.store.read.ProfileView;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Takes the traits of a deleted prediction from all profiles, in the way they came: by writes in
 * the log. So audiences and destinations hear of it, and a copy of the log tells the same.
 */
public final class ScoreRemoval {
  private static final List<String> SUFFIXES = List.of("", "_probability", "_amount", "_currency");

  private ScoreRemoval() {}

  /** The keys of the traits that a prediction may write. */
  public static List<String> keys(String prediction) {
    return SUFFIXES.stream().map(suffix -> prediction + suffix).toList();
  }

  /**
   * Appends a write for every user that has a score, and returns when all are durable. Each
   * replaces the one write it takes back and nothing later: a prediction that is created anew under
   * the same key is not hindered.
   *
   * @return how many users had a score
   */
  public static long run(ProfileView view, EventLog log, String space, String prediction) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    keys(prediction).forEach(nothing::putNull);
    byte[] traits = nothing.toString().getBytes(StandardCharsets.UTF_8);
    PacedAppends writes = new PacedAppends(log);
    view.profiles(
        space,
        profile -> {
          TraitValue value =
              ProfileIds.isAccount(profile) ? null : view.trait(space, profile, prediction);
          if (value != null
              && value.traitClass() == TraitClass.PREDICTION
              && value.json() != null) {
            // Of two writes of one instant the one with the greater version counts.
            TraitWrite write =
                new TraitWrite(
                    profile, prediction, value.source() + "~", value.updatedAt(), traits);
            writes.add(LogRecord.write(space, value.updatedAt(), write));
          }
          return true;
        });
    return writes.await();
  }
}
