package dev.gnomon.models.transforms;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.data.Column;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fits the column stage on training rows.
///
/// Columns that are constant among them are dropped with a note. So are times unless the rule names
/// the parts wanted: a model must not learn the date itself.
///
/// @param schema of the features
/// @param rows the training rows; nothing else is looked at
/// @param imputesLevels whether a missing text also counts as the most frequent level
/// @param crossFit false gives training rows the encodings of the whole fit
/// @param notes what was left out and why, for people; added to
public record ColumnFit(
    Schema schema,
    int[] rows,
    Supervision told,
    boolean imputesLevels,
    boolean crossFit,
    List<String> notes) {
  private static final String PLACE = "models.preprocessing";

  /// A step, and the values of the training rows where they are not those that the step gives.
  public record Fitted(ColumnStep step, double @Nullable [] training) {}

  /// @return empty when the column is dropped
  public Optional<Fitted> fit(int index, Column column, Rule rule, Optional<Text> words) {
    String name = schema.field(index).name();
    return switch (column) {
      case Column.Numbers numbers -> number(index, name, numbers, rule);
      case Column.Texts texts ->
          words.isPresent()
              ? words(index, name, texts, words.get())
              : encode(index, name, LevelCodes.of(texts, rows), rule);
      case Column.Moments moments -> times(index, name, moments, rule);
    };
  }

  private Optional<Fitted> number(int index, String name, Column.Numbers column, Rule rule) {
    double only = Double.NaN;
    int present = 0;
    boolean varies = false;
    for (int row : rows) {
      double value = column.values()[row];
      if (Double.isFinite(value)) {
        varies |= present > 0 && value != only;
        only = value;
        present++;
      }
    }
    boolean missing = present < rows.length;
    if (!varies && (!missing || present == 0)) {
      return dropped(name, present == 0);
    }
    boolean imputed =
        rule.impute().map(Impute::method).orElse(Impute.Method.NONE) != Impute.Method.NONE;
    return step(
        !varies && imputed && rule.indicators().orElse(true)
            ? new MissingFlag(index, Type.NUMBER)
            : new PlainNumber(index, true));
  }

  private static Optional<Fitted> step(ColumnStep step) {
    return Optional.of(new Fitted(step, null));
  }

  private Optional<Fitted> dropped(String name, boolean missing) {
    notes.add(
        "'%s' is %s in all training rows and was dropped"
            .formatted(name, missing ? "missing" : "the same"));
    return Optional.empty();
  }

  private Optional<Fitted> times(int index, String name, Column.Moments column, Rule rule) {
    if (rule.times().isEmpty()) {
      notes.add("'%s' is a time and no model input; derive an age from it".formatted(name));
      return Optional.empty();
    }
    if (Arrays.stream(rows).allMatch(column::missing)) {
      return dropped(name, true);
    }
    return step(
        new TimeParts(
            index,
            rule.times().stream()
                .map(part -> part.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList(),
            schema));
  }

  private Optional<Fitted> words(int index, String name, Column.Texts column, Text how) {
    if (how.method() == Text.Method.HASHING) {
      return step(new HashedTerms(index, how.unit(), how.least(), how.most(), how.buckets()));
    }
    TermWeights weights = TermCounts.fit(index, column, rows, how);
    if (weights.inputs(name).isEmpty()) {
      notes.add(
          "'%s' has no term that stands in at least %d training rows and was dropped"
              .formatted(name, how.minDocuments()));
      return Optional.empty();
    }
    return step(weights);
  }

  private Optional<Fitted> encode(int index, String name, LevelCodes levels, Rule rule) {
    if (levels.isConstant()) {
      return dropped(name, levels.missing() > 0);
    }
    Encode how = rule.encode().orElseGet(() -> Encode.of(Encode.Method.ONE_HOT));
    return switch (how.method()) {
      case ONE_HOT -> flags(index, name, levels, how);
      case ORDINAL ->
          step(new LevelOrder(index, how.order().isEmpty() ? levels.levels() : how.order()));
      case HASHING -> step(new HashedLevels(index, how.buckets()));
      case FREQUENCY -> step(frequency(index, levels));
      case TARGET -> byTarget(index, levels, how, " target");
      case ORDERED_TARGET -> byTarget(index, levels, how, " ordered target");
      case WEIGHT_OF_EVIDENCE -> {
        if (!told.classes()) {
          throw new BadInput(
              PLACE + ".encode",
              "weight-of-evidence of '%s' for a target that is a number".formatted(name),
              "target or ordered-target");
        }
        yield byTarget(index, levels, how, " evidence");
      }
    };
  }

  private Optional<Fitted> byTarget(int index, LevelCodes levels, Encode how, String suffix) {
    double[] values = TargetEncoding.whole(levels, told, how);
    int size = levels.levels().size();
    ColumnStep step =
        new LevelValues(
            index,
            suffix,
            levels.levels(),
            Arrays.copyOf(values, size),
            levels.missing() > 0 ? values[size] : values[size + 1],
            values[size + 1]);
    if (!crossFit) {
      return step(step);
    }
    return Optional.of(
        new Fitted(
            step,
            how.method() == Encode.Method.ORDERED_TARGET
                ? TargetEncoding.ordered(levels, told, how)
                : TargetEncoding.outOfFold(levels, told, how)));
  }

  private LevelValues frequency(int index, LevelCodes levels) {
    long[] counts = levels.counts();
    int size = levels.levels().size();
    double[] shares = new double[size];
    for (int i = 0; i < size; i++) {
      shares[i] = (double) counts[i] / rows.length;
    }
    return new LevelValues(
        index, " frequency", levels.levels(), shares, (double) counts[size] / rows.length, 0);
  }

  private Optional<Fitted> flags(int index, String name, LevelCodes found, Encode how) {
    long[] counts = found.counts();
    List<Map.Entry<String, Long>> frequent = new ArrayList<>();
    for (int i = 0; i < found.levels().size(); i++) {
      if (counts[i] >= how.rare()) {
        frequent.add(Map.entry(found.levels().get(i), counts[i]));
      }
    }
    // Stable, so equal counts stay in the order of their texts.
    frequent.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    String mode = frequent.isEmpty() ? "" : frequent.getFirst().getKey();
    List<String> levels =
        frequent.stream().limit(how.maxLevels()).map(Map.Entry::getKey).sorted().toList();
    boolean other = levels.size() < found.levels().size();
    boolean missing = found.missing() > 0;
    if (levels.isEmpty() && !missing) {
      notes.add(
          "'%s' has no value that stands in at least %d training rows and was dropped"
              .formatted(name, how.rare()));
      return Optional.empty();
    }
    return step(
        new LevelFlags(index, levels, other, missing, imputesLevels ? levels.indexOf(mode) : -1));
  }
}
