package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets the job pass over a record that it cannot get over. */
@Command(
    name = "skip",
    mixinStandardHelpOptions = true,
    description = {
      "Lets the job pass over one record of a space's log that it cannot get over.",
      "The failure of the job names the record's offset. It is counted and kept as a refused call,"
          + " code skipped_by_operator, and what lies behind it goes on.",
      "A job that fails at the record passes over it at its next attempt; one that hangs must be"
          + " restarted. The order is kept for good with its time and reason.",
      "On a directory that nobody holds it starts an instance for as long as that takes."
    })
final class LogSkipCommand implements Callable<Integer> {
  private final Modules modules;
  @Mixin private Console console = new Console();
  @Mixin private TargetOptions target = new TargetOptions();

  @Option(names = "--offset", required = true, description = "The record's offset in the log.")
  private long offset;

  @Option(names = "--reason", required = true, description = "Why, for those who read it later.")
  private String reason = "";

  LogSkipCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    String space =
        target
            .space()
            .map(name -> "?space=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
            .orElse("");
    ObjectNode order =
        JsonNodeFactory.instance.objectNode().put("offset", offset).put("reason", reason);
    JsonNode skipped =
        OpenInstance.ask(
            "log skip", modules, target, server -> server.post("/admin/log/skips" + space, order));
    if (console.json) {
      Answer.print(skipped, console.out());
    } else {
      console
          .out()
          .println(
              "skipped: offset "
                  + skipped.path("offset").asLong()
                  + " of lane "
                  + skipped.path("lane").asInt()
                  + ", from the job's next attempt or start on");
    }
    console.out().flush();
    return 0;
  }
}
