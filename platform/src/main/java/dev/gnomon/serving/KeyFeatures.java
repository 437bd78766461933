package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Features from the state kept in this process, with values of the request laid over them.
///
/// Values of a request may name any column of the row that is not derived; derived features follow
/// from them. A flat table has no state: there all values come with the request.
final class KeyFeatures implements FeatureSource {
  private final OnlineFeatures online;
  private final Schema row;
  private final boolean flat;
  private final List<String> acceptable;
  private final ZoneId zone;

  KeyFeatures(OnlineFeatures online) {
    this.online = online;
    this.row = online.plan().row();
    this.flat = online.plan().useCase().data().isFlatTable();
    this.acceptable =
        row.names().stream()
            .filter(name -> !online.plan().useCase().features().derived().containsKey(name))
            .toList();
    this.zone =
        flat
            ? online.plan().useCase().data().sources().values().iterator().next().format().zone()
            : ZoneOffset.UTC;
  }

  @Override
  public boolean read(String key, long at, Map<String, Object> inputs, FeatureRow out) {
    boolean known = true;
    if (flat) {
      out.clear();
      known = !inputs.isEmpty();
    } else {
      try {
        online.read(key, at, out);
      } catch (Refusal e) {
        throw new TooOld(e.reasons().getFirst().line());
      }
      known = online.knows(key);
    }
    if (!inputs.isEmpty()) {
      lay(inputs, out);
    }
    if (flat || !inputs.isEmpty()) {
      online.derive(out, at);
    }
    return known || !inputs.isEmpty();
  }

  private void lay(Map<String, Object> inputs, FeatureRow out) {
    List<Problem> problems = new ArrayList<>();
    for (Map.Entry<String, Object> input : inputs.entrySet()) {
      String name = input.getKey();
      int column = acceptable.contains(name) ? row.indexOf(name) : -1;
      if (column < 0) {
        problems.add(
            new Problem(
                "inputs." + name,
                "the use case has no such input",
                Nearest.to(name, acceptable)
                    .map(nearest -> "perhaps '" + nearest + "'")
                    .orElse(String.join(", ", acceptable))));
      } else {
        lay(row.field(column), column, input.getValue(), out, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private void lay(Field field, int column, Object value, FeatureRow out, List<Problem> problems) {
    boolean missing =
        value == DecideJson.Missing.VALUE
            || (value instanceof String text
                && SourceIntake.STANDARD_MISSING.contains(text.strip()));
    switch (field.type()) {
      case NUMBER -> {
        if (missing) {
          out.number(column, Double.NaN);
        } else if (value instanceof Double number) {
          out.number(column, number);
        } else {
          number(field, column, value.toString(), out, problems);
        }
      }
      case TEXT -> out.text(column, missing ? null : text(value));
      case TIME -> {
        try {
          out.time(
              column,
              missing ? dev.gnomon.schema.Times.MISSING : EventJson.time(value.toString(), zone));
        } catch (DateTimeException | ArithmeticException e) {
          problems.add(
              new Problem(
                  "inputs." + field.name(),
                  "'%s' is no time".formatted(value),
                  "a time such as 2024-05-01T12:00:00Z"));
        }
      }
    }
  }

  /// Files hold numbers as text, so a request may too.
  private static void number(
      Field field, int column, String text, FeatureRow out, List<Problem> problems) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        out.number(column, number);
        return;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that is not finite.
      assert field != null;
    }
    problems.add(
        new Problem(
            "inputs." + field.name(), "'%s' is no number".formatted(text), "a number or null"));
  }

  /// The text a whole number has in a file: without a fraction.
  private static String text(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    return value.toString();
  }
}
