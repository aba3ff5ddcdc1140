package dev.traitflow.server;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.health.Jobs;
import dev.traitflow.server.log.ClockKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a server is started.
 *
 * @param kafka where the topics are
 * @param dataDir where clock, admin token and store are kept
 * @param port the HTTP port; 0 takes a free one
 * @param bindHost the address to bind; {@code 127.0.0.1} unless someone says otherwise
 * @param testMode true for a clock that is set by {@code /admin/clock}
 * @param clockKind the clock wanted; null for that of the data directory. Test mode wins
 * @param logPartitions partitions of {@code events} if it is yet to be created
 * @param profilePartitions partitions of the other topics if they are yet to be created
 * @param replica true for a server that only reads: another one takes calls, changes definitions
 *     and owns the clock
 * @param names under what names callers reach it
 * @param jobs shows how the jobs stand; {@link Jobs#NOT_OBSERVED} where they run elsewhere
 */
public record ServerConfig(
    KafkaConnection kafka,
    Path dataDir,
    int port,
    String bindHost,
    boolean testMode,
    @Nullable ClockKind clockKind,
    int logPartitions,
    int profilePartitions,
    boolean replica,
    ServerNames names,
    Jobs jobs) {
  public static final String LOOPBACK = "127.0.0.1";
  public static final int PORT = 8080;

  /** Partitions of {@code events}: the order of a space's calls is that of one partition. */
  public static final int LOG_PARTITIONS = 2;

  /** Partitions of every topic that is kept by profile. */
  public static final int PROFILE_PARTITIONS = 4;

  public ServerConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: got " + port + " (expected 0 to 65535)");
    }
  }

  /** The clock to ask for, null if that of the data directory will do. */
  @Nullable ClockKind requestedClock() {
    // A replica's clock shows the newest instant it has seen in the log; it stamps nothing.
    return replica ? ClockKind.EVENT : testMode ? ClockKind.TEST : clockKind;
  }
}
