package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Outliers;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.core.usecase.PreprocessingSection.Select;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.core.usecase.PreprocessingSection.TimePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Reads `models.preprocessing`.
record PreprocessingReader(Context context) {
  /// Words for treatments that look at the rows of an entity before and after the decision.
  private static final Map<String, String> FILLS =
      Map.of(
          "forward-fill",
          "the last value that was known is the feature operator `last` of an events source"
              + " (`features: {source: [{last: column}]}`), or an attribute of a state source",
          "backward-fill",
          "it would take the value from after the decision, which is not known when deciding; use"
              + " the operator `last`, or median, k-nn, iterative",
          "interpolate",
          "it needs the next value, from after the decision, which is not known when deciding; use"
              + " the operator `last` or `trend`, or median, k-nn, iterative");

  PreprocessingSection read(Fields stated) {
    Map<String, Rule> columns = new TreeMap<>();
    Fields own = stated.sectionOrNone("columns");
    for (String name : own.keys()) {
      own.section(name).ifPresent(rule -> columns.put(name, rule(rule)));
    }
    List<List<String>> interactions = new ArrayList<>();
    for (YamlNode item : stated.items("interactions")) {
      if (item instanceof YamlNode.Sequence pair) {
        List<String> names = Fields.texts(pair.items());
        if (names.size() != 2) {
          context.problems().add(item, "%d names".formatted(names.size()), "a pair: [a, b]");
        }
        interactions.add(names);
      }
    }
    OptionalDouble components = stated.number("pca");
    if (components.isPresent()
        && components.getAsDouble() > 1
        && components.getAsDouble() != Math.rint(components.getAsDouble())) {
      context.problem(
          stated,
          "pca",
          "%s components".formatted(components.getAsDouble()),
          "a share of the variance below 1, as in 0.95, or a whole number of components");
    }
    return new PreprocessingSection(
        rule(stated),
        columns,
        stated.flag("cross-fit", true),
        stated.section("text").map(this::text),
        interactions,
        stated.section("select").map(this::select).or(() -> stated.text("select").map(this::plain)),
        components);
  }

  private Rule rule(Fields stated) {
    Fields impute = stated.sectionOrNone("impute");
    Fields outliers = stated.sectionOrNone("outliers");
    Fields encode = stated.sectionOrNone("encode");
    return new Rule(
        stated
            .text("impute")
            .or(() -> impute.text("method"))
            .map(word -> impute(word, stated, impute)),
        stated.has("indicators") ? Optional.of(stated.flag("indicators", true)) : Optional.empty(),
        stated
            .text("outliers")
            .or(() -> outliers.text("method"))
            .map(word -> outliers(word, outliers)),
        stated.text("scale").map(word -> Words.of(Scale.class, word)),
        stated.text("encode").or(() -> encode.text("method")).map(word -> encode(word, encode)),
        stated.texts("times").stream().map(word -> Words.of(TimePart.class, word)).toList());
  }

  private Impute impute(String word, Fields stated, Fields own) {
    String instead = FILLS.get(word);
    if (instead != null) {
      context.problem(stated, "impute", "'" + word + "' in preprocessing", instead);
      return Impute.of(Impute.Method.NONE);
    }
    Impute.Method method = Words.of(Impute.Method.class, word);
    if (method == Impute.Method.CONSTANT && own.number("value").isEmpty()) {
      context.problem(
          stated, "impute", "a constant without its value", "{method: constant, value: 0}");
    }
    return new Impute(
        method,
        own.number("value").orElse(0),
        own.count("neighbours").orElse(5),
        own.count("rounds").orElse(10));
  }

  private static Outliers outliers(String word, Fields own) {
    Outliers.Method method = Words.of(Outliers.Method.class, word);
    return new Outliers(
        method,
        Words.of(Outliers.Then.class, own.text("then", "clip")),
        own.number("factor").orElse(method == Outliers.Method.Z ? 3 : 1.5));
  }

  private static Encode encode(String word, Fields own) {
    Encode usual = Encode.of(Words.of(Encode.Method.class, word));
    return new Encode(
        usual.method(),
        own.count("buckets").orElse(usual.buckets()),
        own.number("smoothing").orElse(usual.smoothing()),
        own.count("folds").orElse(usual.folds()),
        own.count("max-levels").orElse(usual.maxLevels()),
        own.count("rare").orElse(usual.rare()),
        own.texts("order"));
  }

  private Text text(Fields own) {
    Text.Unit unit = Words.of(Text.Unit.class, own.text("unit", "words"));
    List<String> sizes = own.texts("ngrams");
    int least = sizes.isEmpty() ? (unit == Text.Unit.WORDS ? 1 : 3) : size(sizes.getFirst());
    int most = sizes.isEmpty() ? (unit == Text.Unit.WORDS ? 1 : 5) : size(sizes.getLast());
    if (least > most || sizes.size() > 2) {
      context.problem(
          own, "ngrams", String.join(", ", sizes), "the least and the most terms, as in [1, 2]");
    }
    return new Text(
        own.texts("columns"),
        Words.of(Text.Method.class, own.text("method", "tf-idf")),
        unit,
        least,
        most,
        own.count("max-features").orElse(2_000),
        own.count("min-df").orElse(2),
        own.count("buckets").orElse(1_024),
        own.flag("sublinear", true));
  }

  private static int size(String digits) {
    return Integer.parseInt(digits.strip());
  }

  private Select plain(String word) {
    return new Select(
        Words.of(Select.Method.class, word), java.util.OptionalInt.empty(), OptionalDouble.empty());
  }

  private Select select(Fields own) {
    return new Select(
        Words.of(Select.Method.class, own.text("method", "correlation")),
        own.count("keep"),
        own.number("threshold"));
  }
}
