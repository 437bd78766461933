package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// A page of the documentation whose commands can be run: blocks fenced as `sh run`, each followed
/// by what it prints, fenced as `json output` (compared as JSON, so that the page may break lines)
/// or `text output`.
final class RunnablePage {
  private static final Pattern FENCE =
      Pattern.compile("^```(\\w+) (run|output)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private final List<Example> examples = new ArrayList<>();

  /// @param json whether the output is compared as JSON
  private record Example(String commands, String output, boolean json) {}

  /// @param page below `docs/`
  RunnablePage(String page) throws IOException {
    Matcher fences = FENCE.matcher(Files.readString(docs().resolve(page)));
    String commands = "";
    while (fences.find()) {
      if (fences.group(2).equals("run")) {
        commands = fences.group(3);
      } else {
        examples.add(
            new Example(commands, fences.group(3).strip(), fences.group(1).equals("json")));
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
      String commands = example.commands().replace("localhost:8080", "127.0.0.1:" + port);
      Process shell =
          new ProcessBuilder("bash", "-e", "-c", commands).redirectErrorStream(true).start();
      shell.getOutputStream().close();
      String printed =
          new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(shell.waitFor()).as(printed).isZero();
      if (example.json()) {
        JsonMapper json = JsonMapper.shared();
        assertThat(json.readTree(printed))
            .as(example.commands())
            .isEqualTo(json.readTree(example.output()));
      } else {
        assertThat(printed).as(example.commands()).isEqualTo(example.output());
      }
    }
    return examples.size();
  }
}
