package dev.gnomon.training.resampling;

import dev.gnomon.models.FittedPreprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which model inputs are numbers, and which 0/1 inputs belong together as the levels of one
/// feature.
///
/// @param numbers positions of inputs that may be mixed
/// @param categories positions of the 0/1 inputs of one feature each, which are taken over together
public record Inputs(int[] numbers, int[][] categories) {

  /// All inputs are numbers.
  public static Inputs numbers(int width) {
    int[] all = new int[width];
    java.util.Arrays.setAll(all, i -> i);
    return new Inputs(all, new int[0][]);
  }

  public static Inputs of(FittedPreprocessing preprocessing) {
    List<Integer> numbers = new ArrayList<>();
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < preprocessing.width(); i++) {
      if (preprocessing.indicator(i)) {
        int source = preprocessing.source(i);
        groups.computeIfAbsent(source < 0 ? -1 - i : source, _ -> new ArrayList<>()).add(i);
      } else {
        numbers.add(i);
      }
    }
    return new Inputs(
        ints(numbers), groups.values().stream().map(Inputs::ints).toArray(int[][]::new));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
