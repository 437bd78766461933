package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Output;
import dev.gnomon.models.trees.ImportedTrees.Feature;
import dev.gnomon.models.trees.ImportedTrees.FeatureType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// LightGBM's model file, the text of versions 3 and 4: a header of `name=value` lines, one block
/// of such lines per tree, and `end of trees`. What follows is for people.
///
/// The file is data from outside: positions are checked, and what can't be scored exactly is
/// refused by name.
final class LightgbmText {
  private static final String VALID =
      "a LightGBM model in text with constant leaves and an objective of one number per row";

  /// What was read.
  ///
  /// @param divisor what the sum of the trees is divided by to give the output
  record Parsed(
      String objective, Output output, Trees trees, double divisor, List<Feature> features) {}

  private final Iterator<String> lines;
  private String line = "";

  private LightgbmText(String text) {
    this.lines = text.lines().iterator();
  }

  /// @param place names the file in an error
  /// @throws BadInput when it can't be scored
  static Parsed parse(byte[] bytes, String place) {
    try {
      return new LightgbmText(new String(bytes, StandardCharsets.UTF_8)).model();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new BadInput(
          place, "it is no model that can be scored: " + String.valueOf(e.getMessage()), VALID);
    }
  }

  private void next() {
    if (!lines.hasNext()) {
      throw new IllegalArgumentException("the file ends before 'end of trees'");
    }
    line = lines.next().strip();
  }

  /// The lines up to the next block; a line without a value stands for itself.
  private Map<String, String> block() {
    Map<String, String> block = new LinkedHashMap<>();
    for (next(); !line.startsWith("Tree=") && !line.equals("end of trees"); next()) {
      int equals = line.indexOf('=');
      String name = equals < 0 ? line : line.substring(0, equals);
      if (!name.isEmpty() && block.put(name, line.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("'%s' stands twice in one block".formatted(name));
      }
    }
    return block;
  }

  private Parsed model() {
    next();
    if (!line.equals("tree")) {
      throw new IllegalArgumentException("it begins with '%s'".formatted(line));
    }
    Map<String, String> header = block();
    for (String one : List.of("num_class", "num_tree_per_iteration")) {
      String count = header.getOrDefault(one, "1");
      if (!count.equals("1")) {
        throw new IllegalArgumentException("%s is %s".formatted(one, count));
      }
    }
    int inputs = Integer.parseInt(header.getOrDefault("max_feature_idx", "")) + 1;
    if (inputs < 1 || inputs > XgboostFile.MOST_INPUTS) {
      throw new IllegalArgumentException(inputs + " inputs");
    }
    LightgbmObjective objective = LightgbmObjective.of(header.getOrDefault("objective", ""));
    List<Tree> trees = new ArrayList<>();
    while (!line.equals("end of trees")) {
      trees.add(LightgbmTree.of(block(), trees.size()));
    }
    String sizes = header.get("tree_sizes");
    if (sizes != null && words(sizes).length != trees.size()) {
      throw new IllegalArgumentException(
          "%d trees of %d".formatted(trees.size(), words(sizes).length));
    }
    double divisor = header.containsKey("average_output") ? Math.max(1, trees.size()) : 1;
    return new Parsed(
        objective.name(),
        objective.output(),
        Trees.of(inputs, trees),
        divisor / objective.slope(),
        features(header, inputs));
  }

  private static List<Feature> features(Map<String, String> header, int inputs) {
    String[] names = words(header.getOrDefault("feature_names", ""));
    String[] infos = words(header.getOrDefault("feature_infos", ""));
    if ((names.length != 0 && names.length != inputs)
        || (infos.length != 0 && infos.length != inputs)) {
      throw new IllegalArgumentException(
          "%d names and %d ranges of %d inputs".formatted(names.length, infos.length, inputs));
    }
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < Math.max(names.length, infos.length); i++) {
      String name = names.length == 0 ? "Column_" + i : names[i];
      String info = infos.length == 0 ? "none" : infos[i];
      if (info.startsWith("[") || info.equals("none")) {
        features.add(new Feature(name, FeatureType.NUMBER, List.of()));
      } else {
        List<Integer> categories =
            Arrays.stream(info.split(":", -1))
                .map(Integer::valueOf)
                .filter(category -> category >= 0)
                .sorted()
                .toList();
        features.add(new Feature(name, FeatureType.CATEGORY, categories));
      }
    }
    return features;
  }

  static String[] words(String text) {
    return text.isBlank() ? new String[0] : text.strip().split(" +", -1);
  }
}
