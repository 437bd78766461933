package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.Check.Rule;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads one line of `data.checks`.
record CheckReader(Context context) {
  private static final Set<String> WITHOUT_COLUMN = Set.of("unique", "fresh", "holds");
  private static final List<String> RULES =
      List.of("between", "in", "type", "missing-at-most", "unique", "refers", "fresh", "holds");

  Optional<Check> read(Fields fields, boolean hasTime) {
    String rule = RULES.stream().filter(fields::has).findFirst().orElseThrow();
    boolean needsColumn = !WITHOUT_COLUMN.contains(rule);
    if (needsColumn != fields.has("column")) {
      context.problem(
          fields,
          needsColumn ? rule : "column",
          needsColumn ? "'" + rule + "' without a column" : "'" + rule + "' with a column",
          needsColumn ? "add column: …" : "leave column out; it is not about one column");
      return Optional.empty();
    }
    if (rule.equals("fresh") && !hasTime) {
      context.problem(
          fields, rule, "'fresh' of a source without event time", "state event-time, or remove it");
    }
    String column = fields.text("column", "");
    return rule(rule, column, fields)
        .map(found ->
            new Check(
                found,
                Words.of(Check.OnFailure.class, fields.text("on-failure", "warn")),
                fields.mapping().line()));
  }

  private Optional<Rule> rule(String rule, String column, Fields fields) {
    return switch (rule) {
      case "between" -> between(column, fields);
      case "in" -> Optional.of(new Rule.In(column, fields.texts("in")));
      case "type" ->
          Optional.of(
              new Rule.OfType(column, Words.of(Type.class, fields.text("type").orElseThrow())));
      case "missing-at-most" ->
          Optional.of(
              new Rule.MissingAtMost(column, fields.number("missing-at-most").orElseThrow()));
      case "unique" -> Optional.of(new Rule.Unique(fields.texts("unique")));
      case "refers" -> {
        Fields refers = fields.sectionOrNone("refers");
        yield Optional.of(
            new Rule.Refers(
                column, refers.text("source").orElseThrow(), refers.text("column").orElseThrow()));
      }
      case "fresh" -> Optional.of(new Rule.Fresh(fields.span("fresh").orElseThrow()));
      default -> Optional.of(new Rule.Holds(fields.formula("holds").orElseThrow()));
    };
  }

  private Optional<Rule> between(String column, Fields fields) {
    List<Double> bounds =
        fields.items("between").stream()
            .map(item -> Values.number((YamlNode.Scalar) item).orElseThrow())
            .toList();
    if (bounds.size() != 2 || bounds.get(0) > bounds.get(1)) {
      context.problem(
          fields,
          "between",
          "these are no bounds",
          "the least and the greatest value, as in [18, 100]");
      return Optional.empty();
    }
    return Optional.of(new Rule.Between(column, bounds.get(0), bounds.get(1)));
  }
}
