package dev.traitflow.core.space;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalog: what kinds of things send events. A kind says where a source stands for people; all
 * of them send the same calls.
 */
public enum SourceKind {
  WEBSITE("Website", "library", "Pages in a browser, with analytics.js."),
  SERVER("Server", "library", "A backend, with a library for its language."),
  MOBILE("Mobile", "library", "An app for iOS, Android or another device."),
  HTTP("HTTP API", "library", "Anything that can send an HTTP request."),
  CRM("CRM", "cloud", "A customer-relationship system: its contacts and changes."),
  CLOUD("Cloud app", "cloud", "Another service that sends events, such as a contact center."),
  WAREHOUSE("Warehouse", "warehouse", "Rows of a database, sent as calls by Reverse ETL.");

  private final String title;
  private final String category;
  private final String description;
  private final String wireName = name().toLowerCase(Locale.ROOT);

  SourceKind(String title, String category, String description) {
    this.title = title;
    this.category = category;
    this.description = description;
  }

  /** The word in definitions and answers. */
  public String wireName() {
    return wireName;
  }

  /** The name for people. */
  public String title() {
    return title;
  }

  /** {@code library}, {@code cloud} or {@code warehouse}. */
  public String category() {
    return category;
  }

  /**
   * True if the write keys of its sources are in everybody's hands: they are delivered with a page
   * or an app.
   */
  public boolean isPublic() {
    return this == WEBSITE || this == MOBILE;
  }

  /** One sentence on what it is for. */
  public String description() {
    return description;
  }

  /** The kind of that wire name, in any case; null if there is none. */
  public static @Nullable SourceKind of(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(kind -> kind.wireName.equals(wanted))
        .findFirst()
        .orElse(null);
  }

  /** All wire names, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(SourceKind::wireName).collect(Collectors.joining(", "));
  }
}
