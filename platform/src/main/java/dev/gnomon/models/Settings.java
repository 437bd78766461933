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

  /// The setting as one of a few words, or the default.
  public String choice(String name, String standard, String... valid) {
    String text = text(name, standard).strip();
    if (List.of(valid).contains(text)) {
      return text;
    }
    problem(name, "'%s'".formatted(text), "one of " + String.join(", ", valid));
    return standard;
  }

  /// The setting as it stands, or the default.
  public String text(String name, String standard) {
    known.add(name);
    return values.getOrDefault(name, standard);
  }

  /// Whether the file states this setting.
  public boolean states(String name) {
    known.add(name);
    return values.containsKey(name);
  }

  /// Notes what the trainer itself found wrong with a setting.
  public void problem(String name, String found, String valid) {
    problems.add(new Problem(place(name), found, valid));
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
