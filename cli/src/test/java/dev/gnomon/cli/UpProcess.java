package dev.gnomon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `gnomon up` in a process of its own.
record UpProcess(Process process, String address) {
  private static final Pattern ADDRESS = Pattern.compile("\"address\" : \"([^\"]+)\"");

  static UpProcess start(Path folder, Path useCase, Path home, List<String> options)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "up", ".out");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "up",
                useCase.toString(),
                "--home",
                home.toString(),
                "--port",
                "0",
                "--clock",
                "replay",
                "--json"));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("up.err").toFile())
            .start();
    String address = null;
    while (address == null && process.isAlive()) {
      boolean _ = process.waitFor(20, TimeUnit.MILLISECONDS);
      address = address(Files.readString(out));
    }
    if (address == null) {
      throw new AssertionError(Files.readString(folder.resolve("up.err")));
    }
    return new UpProcess(process, address);
  }

  private static @Nullable String address(String out) {
    Matcher matcher = ADDRESS.matcher(out);
    return matcher.find() ? matcher.group(1) : null;
  }

  /// SIGKILL: nothing of the process gets to run.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    int _ = process.waitFor();
  }

  /// SIGTERM: it ends in its own way.
  void end() throws InterruptedException {
    process.destroy();
    int _ = process.waitFor();
  }
}
