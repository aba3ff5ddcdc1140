package dev.traitflow.launcher.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of one document as a script for bash.
 *
 * <p>A block opened by {@code ```sh} is run; one opened by {@code ```sh not run here: REASON} is
 * not. A comment {@code # 400 ...} in the line behind a command says that it is refused with that
 * status. A block of YAML that begins with a comment naming a file is written to that file first.
 *
 * @param commands the script's lines
 * @param skipped the reasons of the blocks that are not run
 */
record DocumentScript(List<String> commands, List<String> skipped) {
  private static final String PREAMBLE =
      """
      set -euo pipefail
      expected=
      curl() {
        if [ -n "$expected" ]; then
          status=$(command curl -sS --max-time 60 -o refusal.json -w '%{http_code}' "$@")
          cat refusal.json
          [ "$status" = "$expected" ] || { echo "curl: got $status (expected $expected)" >&2; exit 1; }
        else
          command curl -sS --max-time 60 --fail-with-body "$@"
        fi
      }
      """;

  DocumentScript {
    commands = List.copyOf(commands);
    skipped = List.copyOf(skipped);
  }

  /** Reads a document. */
  static DocumentScript of(Path document) throws IOException {
    List<String> commands = new ArrayList<>(PREAMBLE.lines().toList());
    List<String> skipped = new ArrayList<>();
    String fence = "";
    int opened = 0;
    List<String> block = new ArrayList<>();
    List<String> lines = Files.readAllLines(document);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith("```")) {
        block.add(line);
      } else if (fence.isEmpty()) {
        fence = line.substring(3).strip();
        fence = fence.isEmpty() ? "text" : fence;
        opened = i + 1;
        block.clear();
      } else {
        add(fence, opened, block, commands, skipped);
        fence = "";
      }
    }
    return new DocumentScript(commands, skipped);
  }

  /** False if the document tells nobody to type anything. */
  boolean isEmpty() {
    return commands.size() == PREAMBLE.lines().count() && skipped.isEmpty();
  }

  private static void add(
      String fence, int opened, List<String> block, List<String> commands, List<String> skipped) {
    if (fence.equals("yaml") && !block.isEmpty() && block.get(0).matches("# [\\w./-]+\\.yaml")) {
      commands.add("cat > " + block.get(0).substring(2) + " <<'END_OF_FILE'");
      commands.addAll(block);
      commands.add("END_OF_FILE");
    } else if (fence.startsWith("sh ") || fence.startsWith("bash ")) {
      skipped.add("line " + opened + ": " + fence);
    } else if (fence.equals("sh")) {
      commands.add("echo '--- line " + opened + "' >&2");
      for (int i = 0; i < block.size(); i++) {
        boolean refused = i + 1 < block.size() && block.get(i + 1).matches("# 4\\d\\d\\b.*");
        if (refused) {
          commands.add("expected=" + block.get(i + 1).substring(2, 5));
        }
        commands.add(block.get(i).replaceFirst("^(\\./traitflow (up|serve)[^#]*)&", "$1"));
        if (refused) {
          commands.add("expected=");
        }
      }
    }
  }
}
