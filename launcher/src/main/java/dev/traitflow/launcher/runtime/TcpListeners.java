package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The TCP sockets that processes of this machine listen on, as Linux shows them under {@code
 * /proc}. Elsewhere there are none to see.
 */
public final class TcpListeners {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTEN = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final int HEXADECIMAL = 16;

  /** The sockets of all processes in this network namespace. */
  private record Row(InetSocketAddress address, String inode) {}

  private TcpListeners() {}

  /**
   * What a process listens on, by port.
   *
   * @throws UncheckedIOException if the process is not there or belongs to another user
   */
  public static List<InetSocketAddress> of(long pid) {
    try {
      Set<String> held = sockets(PROC.resolve(Long.toString(pid)));
      return rows().stream()
          .filter(row -> held.contains(row.inode()))
          .map(Row::address)
          .sorted(Comparator.comparingInt(InetSocketAddress::getPort))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + ": its sockets cannot be read", e);
    }
  }

  /** Whether some process listens on a port, on any address. */
  static boolean isTaken(int port) {
    try {
      return rows().stream().anyMatch(row -> row.address().getPort() == port);
    } catch (IOException e) {
      return true;
    }
  }

  /** The process that listens on a port, on any address; empty if none does that can be seen. */
  static Optional<ProcessHandle> holder(int port) {
    try {
      Set<String> wanted = new HashSet<>();
      for (Row row : rows()) {
        if (row.address().getPort() == port) {
          wanted.add(row.inode());
        }
      }
      return wanted.isEmpty()
          ? Optional.empty()
          : ProcessHandle.allProcesses().filter(process -> holdsOne(process, wanted)).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it has one of these sockets open; false too if another user's cannot be read. */
  private static boolean holdsOne(ProcessHandle process, Set<String> inodes) {
    try {
      return sockets(PROC.resolve(Long.toString(process.pid()))).stream()
          .anyMatch(inodes::contains);
    } catch (IOException e) {
      return false;
    }
  }

  /** Inodes of the sockets a process has open. */
  private static Set<String> sockets(Path process) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String target = target(descriptor);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }

  /** Where the link points to; nowhere if the descriptor was closed meanwhile. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      Path file = PROC.resolve(table);
      if (Files.isReadable(file)) {
        Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
            .skip(1)
            .map(line -> line.strip().split("\\s+"))
            .filter(columns -> columns[STATE].equals(LISTEN))
            .forEach(columns -> rows.add(new Row(address(columns[LOCAL]), columns[INODE])));
      }
    }
    return rows;
  }

  /** An address as the kernel writes it: words of four bytes in the order of the machine. */
  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    byte[] bytes = new byte[colon / 2];
    for (int i = 0; i < bytes.length; i++) {
      int from = (i / 4 * 4 + 3 - i % 4) * 2;
      bytes[i] = (byte) Integer.parseInt(text, from, from + 2, HEXADECIMAL);
    }
    int port = Integer.parseInt(text, colon + 1, text.length(), HEXADECIMAL);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address: got " + text + " (expected 4 or 16 bytes)", e);
    }
  }
}
