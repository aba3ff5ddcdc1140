package dev.traitflow.server.log;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.server.files.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A file of settings as Kafka's own command line tools take it ({@code --command-config}). */
public final class KafkaPropertiesFile {
  private KafkaPropertiesFile() {}

  /**
   * A connection by such a file.
   *
   * @param bootstrap addresses that win over the file's {@code bootstrap.servers}
   * @throws IOException if the file cannot be read, or neither names an address
   */
  public static KafkaConnection read(Path file, Optional<String> bootstrap) throws IOException {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": is not there (expected settings of a Kafka client)", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
    }
    Map<String, String> settings = new HashMap<>();
    read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
    String named = settings.remove(KafkaConnection.BOOTSTRAP);
    String address = bootstrap.orElse(named == null ? "" : named);
    if (address.isBlank()) {
      throw new IOException(
          file + ": got no " + KafkaConnection.BOOTSTRAP + " (expected it, or --kafka HOST:PORT)");
    }
    return new KafkaConnection(address, settings);
  }

  /** Writes the file for its owner's eyes only, in one step. */
  public static void write(Path file, KafkaConnection kafka) throws IOException {
    Properties all = kafka.asProperties();
    all.setProperty(KafkaConnection.BOOTSTRAP, kafka.bootstrap());
    StringWriter text = new StringWriter();
    all.store(text, "How to reach the broker while it runs; another start makes another secret.");
    PrivateFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
