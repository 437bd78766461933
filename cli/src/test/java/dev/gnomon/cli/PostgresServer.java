package dev.gnomon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real server on a free port of the loopback, if its programs are on this machine. It refuses to
/// run as root, and is then run as the user `postgres`.
final class PostgresServer implements AutoCloseable {
  private final Path programs;
  private final List<String> as;
  private final Path data;
  private final int port;

  private PostgresServer(Path programs, List<String> as, Path data, int port) {
    this.programs = programs;
    this.as = as;
    this.data = data;
    this.port = port;
  }

  static Optional<PostgresServer> start() throws IOException, InterruptedException {
    Optional<Path> programs = programs();
    if (programs.isEmpty()) {
      return Optional.empty();
    }
    List<String> as =
        System.getProperty("user.name").equals("root")
            ? List.of("runuser", "-u", "postgres", "--")
            : List.of();
    Optional<String> folder = run(as, "mktemp", "-d");
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path data = Path.of(folder.get().strip()).resolve("data");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    PostgresServer server = new PostgresServer(programs.get(), as, data, port);
    boolean made =
        run(as, server.program("initdb"), "-D", data.toString(), "-A", "trust", "-U", "gnomon")
                .isPresent()
            && run(
                    as,
                    server.program("pg_ctl"),
                    "-D",
                    data.toString(),
                    "-w",
                    "-l",
                    data.resolve("said").toString(),
                    "-o",
                    "-h 127.0.0.1 -p %d -k %s -c fsync=off".formatted(port, data.getParent()),
                    "start")
                .isPresent();
    if (!made) {
      server.close();
      return Optional.empty();
    }
    return Optional.of(server);
  }

  private static Optional<Path> programs() throws IOException {
    Path versions = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(versions)) {
      return Optional.empty();
    }
    try (Stream<Path> found = Files.list(versions)) {
      return found
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .findFirst();
    }
  }

  private String program(String name) {
    return programs.resolve(name).toString();
  }

  /// What it said; empty if it failed.
  private static Optional<String> run(List<String> as, String... command)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(as);
    all.addAll(List.of(command));
    Path said = Files.createTempFile("postgres", ".txt");
    try {
      Process process =
          new ProcessBuilder(all)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0
          ? Optional.of(Files.readString(said, UTF_8))
          : Optional.empty();
    } catch (IOException e) { // there is no such program
      return Optional.empty();
    } finally {
      Files.delete(said);
    }
  }

  String address() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=gnomon&password=secret".formatted(port);
  }

  @Override
  public void close() throws IOException {
    try {
      run(as, program("pg_ctl"), "-D", data.toString(), "-m", "immediate", "-w", "stop");
      run(as, "rm", "-rf", String.valueOf(data.getParent()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
