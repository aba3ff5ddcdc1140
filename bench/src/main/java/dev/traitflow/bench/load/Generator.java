package dev.traitflow.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A {@link LoadGenerator} in a process of its own, with a heap that does not grow. */
public final class Generator implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Jvm jvm;

  private Generator(Jvm jvm) {
    this.jvm = jvm;
  }

  /** Starts one. */
  public static Generator start(Path folder) throws IOException {
    List<String> options = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");
    return new Generator(Jvm.start(folder, options, LoadGenerator.class.getName()));
  }

  /** A run to fill in: of this kind, against a port of this machine. */
  public static ObjectNode run(String kind, int port) {
    return JSON.createObjectNode().put("kind", kind).put("port", port);
  }

  /** Does a run and returns what came of it. */
  public JsonNode measure(ObjectNode run) throws IOException {
    begin(run);
    return end();
  }

  /** Begins a run; {@link #end} waits for it. */
  public void begin(ObjectNode run) throws IOException {
    jvm.say(run.toString());
  }

  /** Waits for the run that was begun. */
  public JsonNode end() throws IOException {
    return JSON.readTree("{" + jvm.await("{"));
  }

  @Override
  public void close() {
    jvm.close();
  }
}
