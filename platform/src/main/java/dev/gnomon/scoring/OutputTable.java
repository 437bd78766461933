package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import dev.gnomon.scoring.Verdicts.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The layout of what is written: key, time (where rows have one), score, decision (empty where a
/// number is predicted), expected cost (where costs are stated), reasons (empty when nobody asked),
/// version.
final class OutputTable {
  private final boolean timed;
  private final boolean costs;
  private final boolean decides;
  private final int version;
  private final Schema schema;

  OutputTable(String key, boolean timed, boolean costs, boolean decides, int version) {
    this.timed = timed;
    this.decides = decides;
    this.costs = costs;
    this.version = version;
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(key, Type.TEXT));
    if (timed) {
      fields.add(new Field("observed_at", Type.TIME));
    }
    fields.add(new Field("score", Type.NUMBER));
    fields.add(new Field("decision", Type.TEXT));
    if (costs) {
      fields.add(new Field("expected_cost", Type.NUMBER));
    }
    fields.add(new Field("reasons", Type.TEXT));
    fields.add(new Field("version", Type.NUMBER));
    if (fields.stream().map(Field::name).distinct().count() != fields.size()) {
      throw new BadInput(
          "key", "it is called '%s'".formatted(key), "another name than a column written");
    }
    this.schema = new Schema(fields);
  }

  Schema schema() {
    return schema;
  }

  /// What each answered decision is expected to cost.
  static double[] costs(Table part, Verdict[] answers) {
    double[] yes = Verdicts.numbers(part, "cost_yes");
    double[] costs = Verdicts.numbers(part, "cost_no").clone();
    for (int i = 0; i < costs.length; i++) {
      costs[i] = answers[i] == Verdict.YES ? yes[i] : costs[i];
    }
    return costs;
  }

  Table of(Table part, Verdict[] answers, double[] expected) {
    int n = part.rows();
    Dictionary words = new Dictionary();
    int yes = words.code("yes");
    int no = words.code("no");
    int[] decisions = new int[n];
    double[] versions = new double[n];
    Arrays.fill(versions, version);
    for (int i = 0; i < n; i++) {
      decisions[i] =
          !decides
              ? Dictionary.MISSING
              : answers[i] == Verdict.YES
                  ? yes
                  : answers[i] == Verdict.REVIEW ? words.code("review") : no;
    }
    List<Column> columns = new ArrayList<>();
    columns.add(part.column("key"));
    if (timed) {
      columns.add(part.column("observed_at"));
    }
    columns.add(part.column("score"));
    columns.add(new Column.Texts(decisions, words));
    if (costs) {
      columns.add(new Column.Numbers(expected));
    }
    columns.add(part.column("reasons"));
    columns.add(new Column.Numbers(versions));
    return new Table(schema, columns, n);
  }
}
