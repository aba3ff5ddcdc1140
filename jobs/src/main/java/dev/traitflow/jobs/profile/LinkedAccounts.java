package dev.traitflow.jobs.profile;

import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.text.WhiteSpace;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.AccountMessage;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.Orders;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;

/**
 * Sends what one subtask of the users' fold learns on to the accounts its users are linked to
 * (decision 0007). It sends too much rather than too little: an account drops an event it has.
 *
 * <p>Known limit: a new link sends the user's whole history at once.
 */
final class LinkedAccounts {
  private final SpacePlans plans;
  private final Consumer<ProfileMessage> output;
  private final List<String> controlKeys;
  private final int subtask;
  private final int subtasks;
  private final Orders orders = new Orders();

  /** The accounts of users whose folds are in a subtask. */
  LinkedAccounts(
      SpacePlans plans, JobSettings settings, TaskInfo task, Consumer<ProfileMessage> output) {
    this.plans = plans;
    this.output = output;
    this.controlKeys = ControlKeys.all(settings.maxParallelism());
    this.subtask = task.getIndexOfThisSubtask();
    this.subtasks = task.getNumberOfParallelSubtasks();
  }

  /** Passes on an event that the user's history has just got. A group call may make a link. */
  void take(EventMessage message, ProfileSession session, ResolvedEvent resolved) {
    UserLinks links = session.fold().links;
    Event event = resolved.event();
    Identifier account = resolved.account();
    if (account == null) {
      if (!links.isEmpty() && EventNames.isCounted(event)) {
        for (String group : links.groups()) {
          send(message, resolved, group);
        }
      }
    } else if (links.add(account.value())) {
      link(message, session, account.value());
    } else {
      send(message, resolved, account.value());
    }
    tell(message.key(), session);
  }

  /** Passes on an event that is an account's own. */
  void pass(EventMessage message) {
    output.accept(message);
  }

  private void link(EventMessage cause, ProfileSession session, String group) {
    session
        .history()
        .forEach(
            resolved -> {
              Event event = resolved.event();
              if (EventNames.isCounted(event) || isCallOf(event, group)) {
                send(cause, resolved, group);
              }
            });
    UserLinks links = session.fold().links;
    if (!links.told().isEmpty()) {
      tell(cause.key(), group, links.told());
    }
  }

  /**
   * Tells the accounts those of the user's traits they want to know, if any is not as they know it.
   * At once and not when the bundle is flushed, so that it is on its way before the watermark.
   */
  void tell(String key, ProfileSession session) {
    Set<String> traits = plans.toldTraits(ProfileMessage.spaceOf(key));
    UserLinks links = session.fold().links;
    if (links.isEmpty() || (traits.isEmpty() && links.told().isEmpty())) {
      return;
    }
    SortedMap<String, String> current = new TreeMap<>();
    for (TraitValue value : session.engine().values(session.state(), traits)) {
      String json = value.text();
      if (json != null) {
        current.put(value.key(), json);
      }
    }
    if (!current.equals(links.told())) {
      links.tell(current);
      session.touch();
      for (String group : links.groups()) {
        tell(key, group, current);
      }
    }
  }

  /**
   * Tells the accounts of a user whose history has left who goes on with it: the survivor of a
   * merge; nobody, if the user was deleted or taken apart.
   */
  void left(MergeMessage.Left left, ProfileSession session) {
    String space = ProfileMessage.spaceOf(left.key());
    String user = ProfileMessage.profileOf(left.key());
    for (String group : session.fold().links.groups()) {
      output.accept(
          new AccountMessage.UserLeft(
              accountKey(space, group), left.sequence(), left.at(), user, left.survivor()));
    }
  }

  /** Sends a definition on to every subtask of the accounts, once. */
  void define(ControlMessage.Define definition) {
    if (orders.isFirst(definition)) {
      broadcast(definition);
    }
  }

  /** Sends a barrier on to every subtask of the accounts, in this subtask's name. */
  void flush(Barriers answered, boolean beat) {
    broadcast(new ControlMessage.Flush(answered.done(), answered.at(), beat));
  }

  private void broadcast(ControlMessage message) {
    for (String key : controlKeys) {
      output.accept(message.addressed(key, subtask, subtasks));
    }
  }

  /** The event's own place in the log goes with it: so an account knows it by whoever sends it. */
  private void send(EventMessage cause, ResolvedEvent sent, String group) {
    String space = ProfileMessage.spaceOf(cause.key());
    String user = ProfileMessage.profileOf(cause.key());
    Identifier account = new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, group);
    Event event = sent.event();
    ResolvedEvent resolved = ResolvedEvent.ofAccount(space, user, sent.sequence(), event, account);
    output.accept(
        new EventMessage.LiveEvent(
            accountKey(space, group),
            cause.sequence(),
            cause.at(),
            event.timestamp(),
            event.messageId(),
            /* possibleRepeat= */ false,
            ResolvedEvent.CODEC.encode(resolved)));
  }

  private void tell(String userKey, String group, SortedMap<String, String> traits) {
    StringJoiner members = new StringJoiner(",", "{", "}");
    traits.forEach((key, json) -> members.add(ValueText.quoted(key) + ":" + json));
    output.accept(
        new AccountMessage.UserTraits(
            accountKey(ProfileMessage.spaceOf(userKey), group),
            ProfileMessage.profileOf(userKey),
            members.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isCallOf(Event event, String group) {
    String groupId = event.groupId();
    return event.type() == EventType.GROUP
        && groupId != null
        && WhiteSpace.strip(groupId).equals(group);
  }

  private static String accountKey(String space, String group) {
    return ProfileMessage.profileKey(space, ProfileIds.ofAccount(space, group));
  }
}
