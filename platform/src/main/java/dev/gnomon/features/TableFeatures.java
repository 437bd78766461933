package dev.gnomon.features;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Feature rows from batches of a flat table, without its target: the same values that its training
/// set has. For one thread.
public final class TableFeatures {
  private final FeatureProgram program;
  private final FeatureRow scratch;

  /// @param plan of a flat table
  public TableFeatures(FeaturePlan plan) {
    this.program = FeatureProgram.compile(plan.useCase(), plan.schemas());
    this.scratch = new FeatureRow(program.row());
  }

  /// The rows under [FeaturePlan#row()]. Columns that the batch does not have are missing.
  ///
  /// @param batch columns of the table, by name
  /// @param at the time of each row, for features derived from it
  public Table of(Table batch, long[] at) {
    Schema schema = program.row();
    int n = batch.rows();
    boolean[] derived = new boolean[schema.size()];
    program.derived().forEach(one -> derived[one.column()] = true);
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      int from = derived[c] ? -1 : batch.schema().indexOf(schema.field(c).name());
      if (c == program.observedAt()) {
        columns.add(new Column.Moments(at));
      } else if (from < 0 || batch.column(from).type() != schema.field(c).type()) {
        columns.add(missing(schema.field(c).type(), n));
      } else {
        columns.add(
            batch.column(from) instanceof Column.Numbers numbers
                ? finite(numbers)
                : batch.column(from));
      }
    }
    Table rows = new Table(schema, columns, n);
    if (!program.derived().isEmpty()) {
      derive(rows, at);
    }
    return rows;
  }

  /// Puts derived values into the columns that wait for them.
  private void derive(Table rows, long[] at) {
    Table.Cursor cursor = rows.cursor();
    for (int i = 0; i < rows.rows(); i++) {
      cursor.at(i);
      for (int c = 0; c < rows.schema().size(); c++) {
        switch (rows.schema().field(c).type()) {
          case NUMBER -> scratch.number(c, cursor.number(c));
          case TEXT -> scratch.text(c, cursor.text(c));
          case TIME -> scratch.time(c, cursor.time(c));
        }
      }
      program.derive(scratch, at[i]);
      for (FeatureProgram.Derived one : program.derived()) {
        switch (rows.column(one.column())) {
          case Column.Numbers numbers -> numbers.values()[i] = scratch.number(one.column());
          case Column.Texts texts ->
              texts.codes()[i] = texts.dictionary().code(scratch.text(one.column()));
          case Column.Moments _ -> throw new IllegalStateException("no expression is a time");
        }
      }
    }
  }

  private static Column missing(Type type, int n) {
    return switch (type) {
      case NUMBER -> {
        double[] values = new double[n];
        Arrays.fill(values, Double.NaN);
        yield new Column.Numbers(values);
      }
      case TEXT -> {
        int[] codes = new int[n];
        Arrays.fill(codes, Dictionary.MISSING);
        yield new Column.Texts(codes, new Dictionary());
      }
      case TIME -> {
        long[] micros = new long[n];
        Arrays.fill(micros, Times.MISSING);
        yield new Column.Moments(micros);
      }
    };
  }

  /// As in training: infinite is missing, and there is one zero.
  private static Column finite(Column.Numbers numbers) {
    double[] values = numbers.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]) <= Double.MAX_VALUE ? values[i] + 0.0 : Double.NaN;
    }
    return new Column.Numbers(values);
  }
}
