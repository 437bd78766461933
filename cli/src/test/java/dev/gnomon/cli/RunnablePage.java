package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.client.GnomonClient;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mlflow.tracking.MlflowClient;
import org.slf4j.Logger;
import tools.jackson.databind.json.JsonMapper;

/// A page of the documentation whose examples can be run: blocks fenced as `sh run` (or `python`,
/// `javascript`, `java`), each followed by what it prints, fenced as `json output` (compared as
/// JSON, so that the page may break lines) or `text output`. Each runs in an empty folder.
final class RunnablePage {
  private static final Pattern FENCE =
      Pattern.compile("^```(\\w+) (run|output)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final String ERRORS = "errors.txt";

  private final List<Example> examples = new ArrayList<>();

  /// @param json whether the output is compared as JSON
  private record Example(String language, String commands, String output, boolean json) {}

  /// @param page below `docs/`
  RunnablePage(String page) throws IOException {
    Matcher fences = FENCE.matcher(Files.readString(docs().resolve(page)));
    String language = "";
    String commands = "";
    while (fences.find()) {
      if (fences.group(2).equals("run")) {
        language = fences.group(1);
        commands = fences.group(3);
      } else {
        examples.add(
            new Example(
                language, commands, fences.group(3).strip(), fences.group(1).equals("json")));
      }
    }
  }

  private static Path docs() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("docs/reference"))) {
      at = Objects.requireNonNull(at.getParent(), "no docs above the working directory");
    }
    return at.resolve("docs");
  }

  /// Runs all blocks in order against a server and compares what they print.
  ///
  /// @return how many there were
  int run(int port) throws IOException, InterruptedException {
    for (Example example : examples) {
      run(example, port);
    }
    return examples.size();
  }

  /// As above, but only the blocks of one language.
  int run(String language, int port) throws IOException, InterruptedException {
    int ran = 0;
    for (Example example : examples) {
      if (example.language().equals(language)) {
        run(example, port);
        ran++;
      }
    }
    return ran;
  }

  private static void run(Example example, int port) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("page");
    String commands = example.commands().replace("localhost:8080", "127.0.0.1:" + port);
    ProcessBuilder builder =
        new ProcessBuilder(program(example.language(), commands, folder))
            .directory(folder.toFile())
            .redirectError(folder.resolve(ERRORS).toFile());
    // The server is on this machine.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // Java prints it
    Process process = builder.start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor())
        .as(printed + "\n" + Files.readString(folder.resolve(ERRORS)))
        .isZero();
    if (example.json()) {
      JsonMapper json = JsonMapper.shared();
      assertThat(json.readTree(printed))
          .as(example.commands())
          .isEqualTo(json.readTree(example.output()));
    } else {
      assertThat(printed).as(example.commands()).isEqualTo(example.output());
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static List<String> program(String language, String text, Path folder)
      throws IOException {
    return switch (language) {
      case "python" -> List.of("python3", file(folder, "ask.py", text));
      case "javascript" -> List.of("node", file(folder, "ask.mjs", text));
      case "java" ->
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              String.join(
                  File.pathSeparator,
                  classes(GnomonClient.class),
                  classes(MlflowClient.class),
                  classes(Logger.class)), // which MLflow's client wants
              file(folder, "Ask.java", text));
      case "sh" -> List.of("bash", "-e", "-c", text);
      default -> throw new IllegalArgumentException("blocks in " + language + " can't be run");
    };
  }

  private static String file(Path folder, String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /// Where the classes of a client are.
  private static String classes(Class<?> client) {
    try {
      return Path.of(client.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
