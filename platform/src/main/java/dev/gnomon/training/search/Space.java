package dev.gnomon.training.search;

import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a search may choose: dimensions, some of which are active only under values of others.
///
/// A point has one position per dimension, NaN where the dimension is not active. A dimension
/// stands behind those that it depends on.
///
/// @param fixed settings that every trial has
public record Space(List<Dimension> dimensions, Map<String, String> fixed) {
  public Space {
    dimensions = inOrder(dimensions);
    fixed = Map.copyOf(fixed);
  }

  public static Space of(Dimension... dimensions) {
    return new Space(List.of(dimensions), Map.of());
  }

  /// The space of stated ranges, less the settings that are fixed.
  ///
  /// Values that all are numbers become ordered levels; a range of one value is fixed.
  public static Space of(Map<String, Range> ranges, Map<String, String> fixed) {
    List<Dimension> dimensions = new ArrayList<>();
    Map<String, String> constant = new TreeMap<>();
    ranges.forEach((name, range) -> {
      List<String> bounds = range.bounds();
      boolean single = range.kind() == Range.Kind.VALUES && bounds.size() == 1;
      if (single && range.when().isEmpty()) {
        constant.put(name, bounds.getFirst());
      } else if (!fixed.containsKey(name)) {
        dimensions.add(dimension(name, range));
      }
    });
    constant.putAll(fixed);
    // A condition on a fixed setting either always holds or never.
    List<Dimension> possible = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      boolean never =
          dimension.when().entrySet().stream()
              .anyMatch(w -> {
                String value = constant.get(w.getKey());
                return value != null && !w.getValue().contains(value);
              });
      if (!never) {
        possible.add(dimension);
      }
    }
    return new Space(possible, constant);
  }

  private static Dimension dimension(String name, Range range) {
    List<String> b = range.bounds();
    Map<String, List<String>> when = range.when();
    return switch (range.kind()) {
      case RANGE -> new Dimension.Real(name, real(b, 0), real(b, 1), false, when);
      case LOG -> new Dimension.Real(name, real(b, 0), real(b, 1), true, when);
      case INTEGER -> new Dimension.Whole(name, whole(b, 0), whole(b, 1), false, when);
      case INTEGER_LOG -> new Dimension.Whole(name, whole(b, 0), whole(b, 1), true, when);
      case VALUES -> {
        List<String> distinct = b.stream().distinct().toList();
        yield distinct.stream().allMatch(Space::isNumber)
            ? new Dimension.Levels(
                name,
                distinct.stream().sorted(Comparator.comparingDouble(Double::parseDouble)).toList(),
                when)
            : new Dimension.Choice(name, distinct, when);
      }
    };
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  }

  private static double real(List<String> bounds, int at) {
    return Double.parseDouble(bounds.get(at));
  }

  private static int whole(List<String> bounds, int at) {
    return Integer.parseInt(bounds.get(at).strip().replace("_", ""));
  }

  private static List<Dimension> inOrder(List<Dimension> stated) {
    List<Dimension> ordered = new ArrayList<>();
    List<Dimension> left = new ArrayList<>(stated);
    while (!left.isEmpty()) {
      Set<String> waiting = new java.util.HashSet<>();
      left.forEach(d -> waiting.add(d.name()));
      Optional<Dimension> next =
          left.stream()
              .filter(d -> d.when().keySet().stream().noneMatch(waiting::contains))
              .findFirst();
      if (next.isEmpty()) {
        throw new IllegalArgumentException("settings that depend on each other: " + waiting);
      }
      ordered.add(next.get());
      left.remove(next.get());
    }
    return List.copyOf(ordered);
  }

  public int size() {
    return dimensions.size();
  }

  /// Whether a dimension is active, given the positions of those before it.
  public boolean active(int dimension, double[] point) {
    for (Map.Entry<String, List<String>> condition : dimensions.get(dimension).when().entrySet()) {
      String value = fixed.get(condition.getKey());
      for (int i = 0; value == null && i < dimension; i++) {
        if (dimensions.get(i).name().equals(condition.getKey()) && !Double.isNaN(point[i])) {
          value = dimensions.get(i).text(point[i]);
        }
      }
      if (value == null || !condition.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  /// A point at random.
  public double[] draw(RandomStream random) {
    double[] point = new double[size()];
    for (int i = 0; i < point.length; i++) {
      // Drawn also where it is not needed, so that a condition does not shift what comes after it.
      double drawn = random.nextDouble();
      Dimension dimension = dimensions.get(i);
      point[i] = dimension.words() ? Math.floor(drawn * dimension.count()) : drawn;
      if (!active(i, point)) {
        point[i] = Double.NaN;
      }
    }
    return point(settings(point));
  }

  /// A point nearby: numbers moved by about `width` of their range, a word exchanged now and then,
  /// and what becomes active drawn at random.
  double[] near(double[] from, double width, RandomStream random) {
    double[] point = new double[size()];
    for (int i = 0; i < point.length; i++) {
      Dimension dimension = dimensions.get(i);
      double drawn = random.nextDouble();
      if (dimension.words()) {
        boolean exchange = Double.isNaN(from[i]) || random.nextDouble() < width;
        point[i] = exchange ? Math.floor(drawn * dimension.count()) : from[i];
      } else {
        double moved = from[i] + width * random.nextGaussian();
        // Reflected at the ends, which would else be tried too often.
        moved = moved < 0 ? -moved : moved > 1 ? 2 - moved : moved;
        point[i] = Double.isNaN(from[i]) ? drawn : Math.clamp(moved, 0.0, 1.0);
      }
      if (!active(i, point)) {
        point[i] = Double.NaN;
      }
    }
    return point(settings(point));
  }

  /// The settings at a point, fixed ones included, by name.
  public Map<String, String> settings(double[] point) {
    Map<String, String> settings = new TreeMap<>(fixed);
    for (int i = 0; i < point.length; i++) {
      if (active(i, point)) {
        double position = Double.isNaN(point[i]) ? 0.5 : point[i];
        settings.put(dimensions.get(i).name(), dimensions.get(i).text(position));
      }
    }
    return settings;
  }

  /// The point of some settings: positions of what the texts say, which is what was tried; NaN for
  /// what is absent or no value of the space.
  public double[] point(Map<String, String> settings) {
    double[] point = new double[size()];
    for (int i = 0; i < point.length; i++) {
      String text = settings.get(dimensions.get(i).name());
      point[i] = text == null ? Double.NaN : dimensions.get(i).position(text);
    }
    return point;
  }

  /// Whether settings are a point of this space: every active dimension has a value.
  public boolean holds(Map<String, String> settings) {
    double[] point = point(settings);
    for (int i = 0; i < point.length; i++) {
      if (Double.isNaN(point[i]) == active(i, point)) {
        return false;
      }
    }
    return fixed.entrySet().stream().allMatch(e -> e.getValue().equals(settings.get(e.getKey())));
  }

  /// All points of a space that has at most so many.
  public Optional<List<Map<String, String>>> all(int most) {
    List<double[]> levels = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      if (dimension.count() == 0 || dimension.count() > most) {
        return Optional.empty();
      }
      levels.add(positions(dimension, dimension.count()));
    }
    return combinations(levels, most);
  }

  /// So many positions of a dimension, spread evenly.
  static double[] positions(Dimension dimension, int count) {
    double[] positions = new double[count];
    for (int i = 0; i < count; i++) {
      if (dimension.words()) {
        positions[i] = i;
      } else if (dimension.count() == count) {
        positions[i] = at(dimension, i);
      } else {
        positions[i] = count == 1 ? 0.5 : (double) i / (count - 1);
      }
    }
    return positions;
  }

  private static double at(Dimension dimension, int index) {
    return switch (dimension) {
      case Dimension.Whole whole -> whole.position(Integer.toString(whole.low() + index));
      case Dimension.Levels levels -> (index + 0.5) / levels.count();
      case Dimension.Choice _ -> index;
      case Dimension.Real _ -> throw new IllegalArgumentException("a continuum has no index");
    };
  }

  /// Every combination of positions, without those that differ in inactive dimensions only; empty
  /// when there are more than `most`.
  Optional<List<Map<String, String>>> combinations(List<double[]> levels, int most) {
    Map<String, Map<String, String>> found = new LinkedHashMap<>();
    int[] index = new int[size()];
    double[] point = new double[size()];
    while (true) {
      for (int i = 0; i < index.length; i++) {
        point[i] = levels.get(i)[index[i]];
        if (!active(i, point)) {
          point[i] = Double.NaN;
        }
      }
      Map<String, String> settings = settings(point);
      found.putIfAbsent(settings.toString(), settings);
      if (found.size() > most) {
        return Optional.empty();
      }
      int at = index.length - 1;
      while (at >= 0 && ++index[at] == levels.get(at).length) {
        index[at--] = 0;
      }
      if (at < 0) {
        return Optional.of(List.copyOf(found.values()));
      }
    }
  }

  /// The definition in one line; equal for equal spaces.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Dimension d : dimensions) {
      text.append(d.name()).append(": ");
      switch (d) {
        case Dimension.Real r ->
            text.append(r.log() ? "log " : "range ")
                .append(r.low())
                .append(" to ")
                .append(r.high());
        case Dimension.Whole w ->
            text.append(w.log() ? "integer-log " : "integer ")
                .append(w.low())
                .append(" to ")
                .append(w.high());
        case Dimension.Levels l -> text.append(l.values());
        case Dimension.Choice c -> text.append(c.values());
      }
      if (!d.when().isEmpty()) {
        text.append(" when ").append(new TreeMap<>(d.when()));
      }
      text.append("; ");
    }
    return text.append(new TreeMap<>(fixed)).toString();
  }
}
