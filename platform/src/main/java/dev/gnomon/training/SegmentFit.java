package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.models.SegmentThresholds;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// An own line for each level of a column that has rows enough.
///
/// For calibrated probabilities and constant costs the best line is the same everywhere; own lines
/// keep a constraint within every level, or mend a calibration that differs between them, at the
/// price of more chance in each.
final class SegmentFit {
  private SegmentFit() {}

  /// @param common for levels with few rows, and those never seen
  /// @return empty when the line follows each row's own costs already, which is noted
  static Optional<Line> of(
      UseCase useCase,
      Stakes.Thresholds stated,
      Line common,
      Policy base,
      Scored part,
      TrainingSet set,
      List<String> notes) {
    if (!common.byScore() && common.threshold().isEmpty()) {
      notes.add(
          "No own line per '%s': costs differ by row, so that each row has its own line already."
              .formatted(stated.by()));
      return Optional.empty();
    }
    if (!(set.rows().column(stated.by()) instanceof Column.Texts texts)) {
      throw new BadInput(
          "problem.thresholds.by", "'%s' is no text".formatted(stated.by()), "a text column");
    }
    double shared = common.threshold().orElse(common.at());
    Map<String, Double> own = new TreeMap<>();
    int kept = 0;
    for (int level = 0; level < texts.dictionary().size(); level++) {
      int code = level;
      int[] rows =
          IntStream.range(0, part.size())
              .filter(i -> texts.codes()[part.rows()[i]] == code)
              .toArray();
      Scored inLevel = part.subset(rows);
      double positives = Arrays.stream(inLevel.labels()).sum();
      if (rows.length < stated.minRows()
          || positives < Segments.MIN_CLASS
          || rows.length - positives < Segments.MIN_CLASS) {
        kept += rows.length > 0 ? 1 : 0;
        continue;
      }
      Optional<Line> line =
          PolicyFit.level(
              useCase.problem().constraints(),
              inLevel,
              OutcomePeriods.of(useCase, set, inLevel.rows()),
              base);
      String name = texts.dictionary().text(code);
      if (line.isPresent()) {
        own.put(name, line.get().threshold().orElse(line.get().at()));
      } else {
        notes.add(
            "The constraints can't be kept within '%s' = '%s' by itself; it has the common line."
                .formatted(stated.by(), name));
      }
    }
    if (kept > 0) {
      notes.add(
          "%d level(s) of '%s' have fewer than %,d training rows or %d of either class and keep the common line."
              .formatted(kept, stated.by(), stated.minRows(), Segments.MIN_CLASS));
    }
    if (useCase.problem().constraints().protectedColumns().contains(stated.by())) {
      notes.add(
          "Lines differ by '%s', which is declared protected: treating people differently by it needs a legal basis, also where it evens out results."
              .formatted(stated.by()));
    }
    if (own.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Line.bySegment(
            "by " + stated.by(),
            shared,
            SegmentThresholds.of(stated.by(), set.rows().schema(), own),
            set.rows(),
            base));
  }
}
