package dev.traitflow.launcher.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the lines of one file in one space, over all the times it was sent.
 *
 * @param accepted calls that became events
 * @param duplicate calls that repeat an accepted one
 * @param rejected lines that were refused
 * @param reasons the refused by reason, sorted by name
 */
public record ReplayTotals(
    long accepted, long duplicate, long rejected, Map<String, Long> reasons) {
  private static final String ACCEPTED = "accepted";
  private static final String DUPLICATE = "duplicate";
  private static final String REJECTED = "rejected.";

  /**
   * Reads the counts of one file in one space.
   *
   * @param counts numbers by names such as {@code accepted/SPACE/ORIGIN}, {@code
   *     duplicate/SPACE/ORIGIN} and {@code rejected.REASON/SPACE/ORIGIN}; others are not looked at
   */
  static ReplayTotals of(JsonNode counts, String space, String origin) {
    long accepted = 0;
    long duplicate = 0;
    long rejected = 0;
    Map<String, Long> reasons = new TreeMap<>();
    for (Map.Entry<String, JsonNode> count : counts.properties()) {
      String name = count.getKey();
      int slash = name.indexOf('/');
      if (slash < 0 || !name.substring(slash).equals("/" + space + "/" + origin)) {
        continue;
      }
      String kind = name.substring(0, slash);
      long value = count.getValue().asLong();
      if (kind.equals(ACCEPTED)) {
        accepted += value;
      } else if (kind.equals(DUPLICATE)) {
        duplicate += value;
      } else if (kind.startsWith(REJECTED)) {
        rejected += value;
        reasons.merge(kind.substring(REJECTED.length()), value, Long::sum);
      }
    }
    return new ReplayTotals(accepted, duplicate, rejected, reasons);
  }
}
