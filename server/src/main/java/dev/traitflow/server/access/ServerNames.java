package dev.traitflow.server.access;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Under what names callers reach the server, beside its own addresses.
 *
 * @param publicUrl where browsers and proxies reach it, null if that was not said
 * @param hosts more host names that requests may be sent to, without a port
 */
public record ServerNames(@Nullable URI publicUrl, List<String> hosts) {
  /** The variable that says {@link #publicUrl}. */
  public static final String PUBLIC_URL = "TRAITFLOW_PUBLIC_URL";

  /** The variable that lists {@link #hosts}, between commas. */
  public static final String HOSTS = "TRAITFLOW_HOSTS";

  /** No names but the server's own addresses. */
  public static final ServerNames NONE = new ServerNames(null, List.of());

  public ServerNames {
    hosts = List.copyOf(hosts);
    if (publicUrl != null
        && (publicUrl.getHost() == null
            || !List.of("http", "https").contains(String.valueOf(publicUrl.getScheme())))) {
      throw new IllegalArgumentException(
          "public URL: got " + publicUrl + " (expected such as https://events.example.com)");
    }
  }

  /**
   * The names of a process.
   *
   * @param publicUrl from the command line, null to take the environment's
   * @param environment value of an environment variable, null if it is not set
   * @throws IllegalArgumentException if the URL is none
   */
  public static ServerNames of(
      @Nullable URI publicUrl, Function<String, @Nullable String> environment) {
    String url = environment.apply(PUBLIC_URL);
    String hosts = environment.apply(HOSTS);
    URI wanted =
        publicUrl == null && url != null && !url.isBlank() ? URI.create(url.strip()) : publicUrl;
    return new ServerNames(
        wanted,
        hosts == null
            ? List.of()
            : Arrays.stream(hosts.split(","))
                .map(String::strip)
                .filter(h -> !h.isEmpty())
                .toList());
  }
}
