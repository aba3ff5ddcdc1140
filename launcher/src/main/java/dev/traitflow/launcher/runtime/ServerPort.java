package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** The port a server is to listen on, looked at before anything is made that needs it. */
public final class ServerPort {
  private ServerPort() {}

  /**
   * Returns if the port can be had.
   *
   * @param host the address it is wanted on
   * @param port 0 for any
   * @throws Failure if it is taken, naming the process where that can be seen, or the address is
   *     not this machine's
   */
  public static void requireFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As the server itself does: connections of an earlier one that linger do not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      throw new Failure("address " + host + ": is unknown (expected one of this machine)", e);
    } catch (BindException e) {
      throw new Failure(
          TcpListeners.isTaken(port) ? taken(port) : host + ":" + port + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Failure(host + ":" + port + ": cannot be listened on: " + e.getMessage(), e);
    }
  }

  /** The same for an instance; if one runs on the same data, the lock is left to say so. */
  public static void requireFree(String host, int port, Path data) {
    if (!DataLock.isHeld(data)) {
      requireFree(host, port);
    }
  }

  private static String taken(int port) {
    String holder =
        TcpListeners.holder(port)
            .map(process -> "process " + process.pid() + name(process))
            .orElse("a process of another user");
    return "port "
        + port
        + ": is used by "
        + holder
        + " (expected a free one; choose another with --port N, or let one be picked with --port"
        + " 0)";
  }

  private static String name(ProcessHandle process) {
    return process
        .info()
        .command()
        .map(command -> " (" + Path.of(command).getFileName() + ")")
        .orElse("");
  }
}
