package dev.traitflow.server.access;

import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.RequestBody;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests to a host that is not this server's. A page of a stranger can give its own name
 * the address of this machine (DNS rebinding), and then its scripts read what they like: only the
 * Host header still shows whose name the browser believes it talks to.
 *
 * <p>An address is fine if it is a loopback one or the one the connection came to, so that probes
 * by IP need no configuration; a name must be known.
 */
public final class HostGate {
  private static final Pattern IP_V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IP_V6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");

  private final Set<String> names = new HashSet<>();

  /**
   * The gate of a listener.
   *
   * @param bindHost the address or name it is bound to
   */
  public HostGate(String bindHost, ServerNames names) {
    this.names.add("localhost");
    // An address is compared with each connection's: bound to all, there are many.
    if (literal(bindHost) == null) {
      this.names.add(bindHost.toLowerCase(Locale.ROOT));
    }
    names.hosts().forEach(host -> this.names.add(host.toLowerCase(Locale.ROOT)));
    if (names.publicUrl() != null) {
      this.names.add(names.publicUrl().getHost().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Lets a request pass.
   *
   * @throws HttpProblem 421 if it is meant for another host, 400 if it names several
   */
  public void check(HttpServerExchange exchange) {
    HeaderValues hosts = exchange.getRequestHeaders().get(Headers.HOST);
    if (hosts == null || hosts.isEmpty()) {
      if (!exchange.isHttp11()) {
        return;
      }
      throw RequestBody.badRequest("The request has no Host header (expected one).");
    }
    if (hosts.size() > 1) {
      throw RequestBody.badRequest("The request has several Host headers (expected one).");
    }
    check(exchange, hosts.getFirst());
    String address = exchange.getRequestURI();
    if (exchange.isHostIncludedInRequestURI()) {
      int start = address.indexOf("//") + 2;
      int end = address.indexOf('/', start);
      check(exchange, address.substring(start, end < 0 ? address.length() : end));
    }
  }

  private void check(HttpServerExchange exchange, String hostAndPort) {
    String host = withoutPort(hostAndPort.strip().toLowerCase(Locale.ROOT));
    if (!names.contains(host) && !isOwnAddress(exchange, host)) {
      throw new HttpProblem(
          ErrorCode.MISDIRECTED,
          "The host '"
              + host
              + "' is not this server's (expected its address, the host of "
              + ServerNames.PUBLIC_URL
              + " or one of "
              + ServerNames.HOSTS
              + ").");
    }
  }

  private static String withoutPort(String host) {
    int colon = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    String name = colon <= 0 || colon >= host.length() ? host : host.substring(0, colon);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isOwnAddress(HttpServerExchange exchange, String host) {
    InetAddress address = literal(host);
    InetSocketAddress to = exchange.getConnection().getLocalAddress(InetSocketAddress.class);
    return address != null
        && (address.isLoopbackAddress() || (to != null && address.equals(to.getAddress())));
  }

  /** The address that a host is; null if it is a name, which is never looked up. */
  private static @Nullable InetAddress literal(String host) {
    boolean v6 = IP_V6.matcher(host).matches();
    if (!v6 && !IP_V4.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(v6 ? host.substring(1, host.length() - 1) : host);
    } catch (UnknownHostException noAddress) {
      return null;
    }
  }
}
