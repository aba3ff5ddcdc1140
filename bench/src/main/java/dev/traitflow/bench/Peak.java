package dev.traitflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.bench.load.Generator;
import dev.traitflow.bench.load.Product;
import java.io.IOException;

/** How many events a second a whole process takes in and reflects: its peak. */
final class Peak {
  private static final int CONNECTIONS = 8;
  private static final int BATCH_EVENTS = 100;
  private static final int USERS = 100_000;

  private Peak() {}

  /**
   * Sends batches as fast as they are answered for so many seconds, after a third of that to warm
   * up, and counts the time until all of them are reflected.
   */
  static double measure(Product product, Generator generator, double seconds)
      throws IOException, InterruptedException {
    generator.measure(batches(product, seconds / 3, "peak-warm"));
    product.flush();
    JsonNode outcome = generator.measure(batches(product, seconds, "peak"));
    double behind = product.flush();
    return outcome.path("answered").asDouble()
        * BATCH_EVENTS
        / (outcome.path("seconds").asDouble() + behind);
  }

  /** A run of batches as fast as they are answered; {@code rate} is to be set for a slower one. */
  static ObjectNode batches(Product product, double seconds, String prefix) {
    return Generator.run("batch", product.port())
        .put("connections", CONNECTIONS)
        .put("seconds", seconds)
        .put("events", BATCH_EVENTS)
        .put("writeKey", Product.WRITE_KEY)
        .put("users", USERS)
        .put("prefix", prefix);
  }
}
