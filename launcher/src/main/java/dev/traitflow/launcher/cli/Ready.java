package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.runtime.Instance;

/** The line that says an instance serves, which programs wait for. */
final class Ready {
  private Ready() {}

  static void print(Instance instance, Console console) {
    if (console.json) {
      ObjectNode ready = Answer.JSON.createObjectNode();
      ready.put("ready", instance.url().toString());
      Answer.print(ready, console.out());
    } else {
      console.out().println("ready " + instance.url());
      console.out().flush();
    }
  }
}
