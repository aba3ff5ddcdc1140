package dev.traitflow.core.identity;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Tells cheaply whether JSON bytes may hold a member of one of some names, so that most events are
 * never parsed for identifiers. It may say yes without need, never no without reason.
 */
final class MemberNames {
  private final byte[][] needles;
  private final boolean needsParser;

  /** Looks for {@code names}. */
  MemberNames(Collection<String> names) {
    needles = new byte[names.size()][];
    boolean mayBeEscaped = false;
    int index = 0;
    for (String name : names) {
      needles[index++] = ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
      mayBeEscaped |= name.indexOf('"') >= 0 || name.indexOf('\\') >= 0;
    }
    needsParser = mayBeEscaped;
  }

  /** True if the bytes may hold one of the names. A backslash may hide a name, so it counts. */
  boolean mayBeIn(byte[] json) {
    if (json.length == 0 || needles.length == 0) {
      return false;
    }
    if (needsParser) {
      return true;
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\\' || (json[i] == '"' && isNameAt(json, i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isNameAt(byte[] json, int at) {
    for (byte[] needle : needles) {
      int length = needle.length;
      int i = 1;
      while (i < length && at + i < json.length && json[at + i] == needle[i]) {
        i++;
      }
      if (i == length) {
        return true;
      }
    }
    return false;
  }
}
