package dev.traitflow.launcher.story;

/** What stories about computed traits are told with: spaces with traits, and events over them. */
final class TraitStory {
  static final String COUNT = "'type':'event_counter','event':'E'";

  private TraitStory() {}

  /** A story in a space with these traits. */
  static Story with(String... traits) {
    return new Story("{'traits':[" + String.join(",", traits) + "]}");
  }

  /** A trait over a property {@code p} of the events {@code E}. */
  static String overP(String key, String rest) {
    return "{'key':'" + key + "','event':'E','property':'p'," + rest + "}";
  }

  static String counter(String key, String condition) {
    return "{'key':'" + key + "'," + COUNT + ",'conditions':{'all':[" + condition + "]}}";
  }

  static void send(Story story, String... values) {
    for (String value : values) {
      story.track("u1", "E", "{'p':" + value + "}");
    }
    story.flush();
  }
}
