package dev.gnomon.models.trees;

import dev.gnomon.models.Settings;
import java.util.List;

/// The setting `monotone`: in which direction the score may move with an input.
public final class Monotone {
  private static final String SETTING = "monotone";

  private Monotone() {}

  /// Reads `"age=+1, income=-1"`.
  ///
  /// @param names of the model's inputs, as preprocessing names them
  /// @return per input +1 (never falls), -1 (never rises) or 0; problems are noted in the settings
  public static int[] signs(Settings read, List<String> names) {
    int[] signs = new int[names.size()];
    String text = read.text(SETTING, "").strip();
    if (text.isEmpty()) {
      return signs;
    }
    for (String part : text.split(",", -1)) {
      int equals = part.lastIndexOf('=');
      String name = equals < 0 ? part.strip() : part.substring(0, equals).strip();
      String sign = equals < 0 ? "" : part.substring(equals + 1).strip();
      int input = names.indexOf(name);
      int direction =
          switch (sign) {
            case "+1", "1", "+" -> 1;
            case "-1", "-" -> -1;
            case "0" -> 0;
            default -> 2;
          };
      if (direction == 2) {
        read.problem(SETTING, "'%s'".formatted(part.strip()), "input=+1 or input=-1");
      } else if (input < 0) {
        read.problem(SETTING, "no input is called '%s'".formatted(name), "one of " + few(names));
      } else {
        signs[input] = direction;
      }
    }
    return signs;
  }

  private static String few(List<String> names) {
    return names.size() <= 30
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 30)) + ", … (%d in all)".formatted(names.size());
  }
}
