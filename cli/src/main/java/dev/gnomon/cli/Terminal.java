package dev.gnomon.cli;

import dev.gnomon.core.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Where a command writes: results to [#out], everything else (progress, notes, errors) to [#err],
/// so that `gnomon ... --json | jq` sees JSON only.
///
/// @param interactive whether somebody watches [#err], which decides between bars and plain lines
/// @param colour whether [#out] may carry colours
/// @param width columns; 80 when unknown
public record Terminal(
    PrintStream out, PrintStream err, boolean interactive, boolean colour, int width) {

  /// Set by the launcher to those of `out,err` that are terminals: asking the Java machine would
  /// load a line editor.
  static final String TERMINAL_PROPERTY = "gnomon.terminal";

  /// The terminal of this process, in UTF-8 whatever the locale says.
  static Terminal ofProcess(Map<String, String> environment) {
    List<String> terminals =
        Arrays.asList(System.getProperty(TERMINAL_PROPERTY, "").split(",", -1));
    boolean plain = environment.containsKey("NO_COLOR") || "dumb".equals(environment.get("TERM"));
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        terminals.contains("err"),
        terminals.contains("out") && !plain,
        width(environment.getOrDefault("COLUMNS", "")));
  }

  /// A progress bar, or plain lines when nobody watches. Close it before writing anything else.
  public ProgressBar progress() {
    return new ProgressBar(this, System::nanoTime);
  }

  /// The progress of a command: silent when a machine reads along and nobody watches.
  public Progress progress(boolean json) {
    return json && !interactive ? Progress.NONE : progress();
  }

  /// Prints one JSON document, the result of a command run with `--json`.
  ///
  /// @param result a record, map or list; record components keep their names
  public void json(Object result) {
    out.println(toJson(result));
  }

  static String toJson(Object value) {
    return Json.MAPPER.writeValueAsString(value);
  }

  /// The text in bold, where colours may be.
  public String bold(String text) {
    return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int width(String columns) {
    try {
      return Math.clamp(Integer.parseInt(columns), 40, 200);
    } catch (NumberFormatException unknown) {
      return 80;
    }
  }

  /// Built on first use: a command that prints no JSON does not pay for it.
  private static final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }
}
