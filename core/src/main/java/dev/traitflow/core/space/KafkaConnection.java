package dev.traitflow.core.space;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where Kafka is and the credentials for it: what every client of the project connects with, be it
 * of the server, of a job or of a query.
 *
 * @param bootstrap addresses, {@code host:port[,host:port]}
 * @param properties further settings of a Kafka client, such as {@code security.protocol} and
 *     {@code sasl.jaas.config}; may hold secrets, so it is never printed
 */
public record KafkaConnection(String bootstrap, Map<String, String> properties)
    implements Serializable {
  /** The client setting that {@link #bootstrap} is. */
  public static final String BOOTSTRAP = "bootstrap.servers";

  /**
   * Copies the properties.
   *
   * @throws IllegalArgumentException if there is no address
   */
  public KafkaConnection {
    if (bootstrap.isBlank()) {
      throw new IllegalArgumentException("Kafka: got no address (expected host:port)");
    }
    properties = Map.copyOf(properties);
  }

  /** A broker that asks for no credentials. */
  public static KafkaConnection plain(String bootstrap) {
    return new KafkaConnection(bootstrap, Map.of());
  }

  /** What a Kafka client is made with: address and properties. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>(properties);
    settings.put(BOOTSTRAP, bootstrap);
    return settings;
  }

  /** The properties in the form that Flink's connector takes. */
  public Properties asProperties() {
    Properties all = new Properties();
    all.putAll(properties);
    return all;
  }

  /** Names the properties without their values. */
  @Override
  public String toString() {
    return "KafkaConnection[" + bootstrap + ", " + new TreeMap<>(properties).keySet() + "]";
  }
}
