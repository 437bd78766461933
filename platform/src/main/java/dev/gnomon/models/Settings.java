package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Reads a candidate's settings; every problem is kept and reported at once by [#check].
public final class Settings {
  private final String trainer;
  private final Map<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();
  private final List<Problem> problems = new ArrayList<>();

  public Settings(String trainer, Map<String, String> values) {
    this.trainer = trainer;
    this.values = values;
  }

  /// The setting as a number within bounds, both included, or the default.
  public double number(String name, double standard, double least, double most) {
    known.add(name);
    String text = values.get(name);
    if (text == null) {
      return standard;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a value out of bounds is.
    }
    problems.add(
        new Problem(
            place(name), "'%s'".formatted(text), "a number from %s to %s".formatted(least, most)));
    return standard;
  }

  /// The setting as an integer within bounds, both included, or the default.
  public int integer(String name, int standard, int least, int most) {
    known.add(name);
    String text = values.get(name);
    if (text == null) {
      return standard;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a value out of bounds is.
    }
    problems.add(
        new Problem(
            place(name),
            "'%s'".formatted(text),
            "an integer from %d to %d".formatted(least, most)));
    return standard;
  }

  /// Call after all settings were asked for.
  ///
  /// @throws BadInput with all problems, unknown settings among them
  public void check() {
    for (String name : new TreeSet<>(values.keySet())) {
      if (!known.contains(name)) {
        problems.add(
            new Problem(
                place(name),
                "unknown setting",
                known.isEmpty()
                    ? "this trainer has no settings"
                    : "one of " + String.join(", ", known)));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private String place(String name) {
    return "models.candidates." + trainer + "." + name;
  }
}
