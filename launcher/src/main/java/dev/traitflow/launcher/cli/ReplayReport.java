package dev.traitflow.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.replay.Replay;
import dev.traitflow.launcher.replay.ReplayTotals;
import java.io.PrintWriter;

/** What became of a file: one line, and one more for each reason something was refused. */
final class ReplayReport {
  private ReplayReport() {}

  static void print(Replay.Result result, boolean json, PrintWriter out) {
    ReplayTotals totals = result.totals();
    if (json) {
      ObjectNode document = Answer.JSON.createObjectNode();
      document.put("read", result.read());
      document.put("accepted", totals.accepted());
      document.put("duplicate", totals.duplicate());
      document.put("rejected", totals.rejected());
      ObjectNode reasons = document.putObject("reasons");
      totals.reasons().forEach(reasons::put);
      Answer.print(document, out);
      return;
    }
    out.printf(
        "read %d accepted %d duplicate %d rejected %d%n",
        result.read(), totals.accepted(), totals.duplicate(), totals.rejected());
    totals.reasons().forEach((reason, count) -> out.printf("  %s %d%n", reason, count));
    out.flush();
  }
}
