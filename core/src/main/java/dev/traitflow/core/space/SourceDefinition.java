package dev.traitflow.core.space;

import dev.traitflow.core.definition.Fields;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Something that sends events.
 *
 * @param id names it for good; empty in a definition that leaves it to be derived, see {@link
 *     #idIn}. Sources of several spaces with the same id are one source that feeds all of them
 * @param name shown to people
 * @param slug names it in events and commands; default: the name as a slug
 * @param kind wire name of a {@link SourceKind}
 * @param writeKey authenticates its calls; in what is kept a hash of it
 * @param enabled false if its events are to be discarded
 * @param settings how its calls are treated
 */
public record SourceDefinition(
    String id,
    String name,
    String slug,
    String kind,
    String writeKey,
    boolean enabled,
    SourceSettings settings) {
  private static final int WRITE_KEY_CHARS_MAX = 128;

  /** A write key as the server keeps it: a key itself has no colon. */
  private static final String HASH = "sha256:[0-9a-f]{32}:[0-9a-f]{64}(:[!-9;-~]{4})?";

  /** The id: its own, or one that follows from the space's id and the slug. */
  public String idIn(String space) {
    if (!id.isEmpty()) {
      return id;
    }
    UUID derived = UUID.nameUUIDFromBytes((space + "/" + slug).getBytes(StandardCharsets.UTF_8));
    return "src_" + HexFormat.of().toHexDigits(derived.getMostSignificantBits());
  }

  /** Reads one source. */
  public static SourceDefinition parse(Fields fields) {
    String name = fields.text("name");
    String id = fields.optionalText("id").orElse("");
    if (!id.isEmpty() && !id.matches("src_[a-z0-9_-]{1,60}")) {
      fields.problem("id", "got '" + id + "' (expected src_ and 1 to 60 of a-z, 0-9, _ and -)");
    }
    String slug = fields.optionalText("slug").orElse(SpaceDefinition.slug(name));
    if (!slug.matches("[A-Za-z0-9_-]{1,64}") && !name.isEmpty()) {
      fields.problem("slug", "got '" + slug + "' (expected 1 to 64 of letters, digits, _ and -)");
    }
    SourceKind kind =
        fields.word("kind", SourceKind.words(), SourceKind::of).orElse(SourceKind.SERVER);
    String writeKey = fields.text("write_key");
    boolean isKey = writeKey.length() <= WRITE_KEY_CHARS_MAX && writeKey.matches("[!-9;-~]*");
    if (!isKey && !writeKey.matches(HASH)) {
      fields.problem(
          "write_key", "is no key (expected 1 to 128 visible ASCII characters without a colon)");
    }
    SourceDefinition source =
        new SourceDefinition(
            id,
            name,
            slug,
            kind.wireName(),
            writeKey,
            fields.bool("enabled", true),
            SourceSettings.parse(fields.object("settings")));
    fields.end();
    return source;
  }

  /** Never prints the write key. */
  @Override
  public String toString() {
    return slug;
  }
}
