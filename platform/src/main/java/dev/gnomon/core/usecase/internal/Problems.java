package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file, to report it all at once.
public final class Problems {
  /// A hostile file must not make a hostile answer.
  private static final int MOST = 100;

  /// @param file the place of the file among those that were read
  private record Found(int file, int line, Problem problem) {}

  private final String file;
  private final int number;
  private final List<Found> found;
  private final List<String> files;

  public Problems(String file) {
    this(file, new ArrayList<>(), new ArrayList<>());
  }

  private Problems(String file, List<Found> found, List<String> files) {
    this.file = file;
    this.found = found;
    this.files = files;
    this.number = files.size();
    files.add(file);
  }

  /// Of another file, reported together with these.
  public Problems of(String other) {
    return new Problems(other, found, files);
  }

  /// How many there are, in all files.
  public int count() {
    return found.size();
  }

  /// @param path the key path, or empty for the file as a whole
  public void add(int line, String path, String what, String valid) {
    String place = file + ":" + line + (path.isEmpty() ? "" : ": " + path);
    found.add(new Found(number, line, new Problem(place, what, valid)));
  }

  public void add(YamlNode node, String what, String valid) {
    add(node.line(), node.path(), what, valid);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// The problems in the order of their lines.
  public BadInput toBadInput() {
    List<Problem> sorted =
        new ArrayList<>(
            found.stream()
                .sorted(Comparator.comparingInt(Found::file).thenComparingInt(Found::line))
                .map(Found::problem)
                .distinct()
                .toList());
    if (sorted.size() > MOST) {
      int more = sorted.size() - MOST;
      sorted.subList(MOST, sorted.size()).clear();
      sorted.add(new Problem(file, more + " more problems", "correct the ones above first"));
    }
    return new BadInput(sorted);
  }

  /// A value as messages show it: short, on one line.
  public static String shown(String text) {
    String line =
        text.codePoints().anyMatch(Character::isISOControl)
            ? text.replaceAll("\\p{Cntrl}", " ")
            : text;
    return "'" + (line.length() > 60 ? line.substring(0, 57) + "…" : line) + "'";
  }
}
