package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.FeatureProgram.Derived;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The training set of one flat labelled table: each row is one observation.
///
/// Rows are sorted by (time, key text) and, where those are equal, by their values, so that the
/// order of the file decides nothing; without a key the row number is the key and the order of the
/// file is kept.
public final class FlatTable {
  private FlatTable() {}

  public static Assembly.Result read(
      FeatureProgram program, SourceOpener opener, int threads, Progress progress) {
    SourceSpec spec = program.useCase().data().require(DataSection.TABLE);
    if (!(program.useCase().frame().target() instanceof Target.InColumn target)) {
      throw new BadInput(
          "frame.target",
          "a flat table has no events to wait for",
          "`{column: …}`, the column that holds the outcome");
    }
    Schema source = java.util.Objects.requireNonNull(program.schemas().get(DataSection.TABLE));
    Type targetType = source.field(source.require(target.column())).type();
    if (target.positive().isEmpty() && targetType != Type.NUMBER) {
      throw new BadInput(
          "frame.target",
          "the column '%s' holds %ss".formatted(target.column(), targetType.word()),
          "a column of numbers, or `positive:` with the text of the positive class");
    }
    List<String> columns = new ArrayList<>();
    for (int at : program.flat()) {
      if (at >= 0) {
        columns.add(source.field(at).name());
      }
    }
    // Without a key, the place in the file is it: it stays the same when rows are set aside.
    Optional<String> key = spec.key().or(() -> Optional.of(SourceReader.ROW).filter(source::has));
    key.filter(column -> !columns.contains(column)).ifPresent(columns::add);
    spec.eventTime().filter(time -> !columns.contains(time)).ifPresent(columns::add);
    if (!columns.contains(target.column())) {
      columns.add(target.column());
    }
    progress.stage("reading the table", 0);
    Growing growing = new Growing(program, spec, key, target, columns);
    try (TableScan scan = opener.open(spec, columns)) {
      Optional<Table> batch = scan.next();
      while (batch.isPresent()) {
        growing.add(batch.get());
        progress.advance(batch.get().rows());
        batch = scan.next();
      }
    }
    return growing.finish(threads);
  }

  private static final class Growing {
    private final FeatureProgram program;
    private final SourceSpec spec;
    private final Optional<String> key;
    private final Target.InColumn target;
    private final List<String> columns;
    private final KeyCodes keys = new KeyCodes();
    private final KeyCodes.Translation translation = keys.new Translation(true);
    private final RowColumns rows;
    private final int[] origin;
    private final @Nullable Dictionary[] dictionaries;
    private final boolean[] derived;

    Growing(
        FeatureProgram program,
        SourceSpec spec,
        Optional<String> key,
        Target.InColumn target,
        List<String> columns) {
      this.program = program;
      this.key = key;
      this.spec = spec;
      this.target = target;
      this.columns = columns;
      Schema schema = program.row();
      this.derived = new boolean[schema.size()];
      for (Derived one : program.derived()) {
        derived[one.column()] = true;
      }
      this.rows = new RowColumns(schema, derived);
      this.origin = new int[schema.size()];
      this.dictionaries = new @Nullable Dictionary[schema.size()];
      for (int c = 0; c < schema.size(); c++) {
        origin[c] = program.flat().get(c) < 0 ? -1 : columns.indexOf(schema.field(c).name());
      }
    }

    void add(Table table) {
      int first = rows.append(table.rows());
      int n = table.rows();
      for (int c = 0; c < origin.length; c++) {
        if (origin[c] < 0) {
          continue;
        }
        switch (table.column(origin[c])) {
          case Column.Numbers numbers -> {
            for (int i = 0; i < n; i++) {
              double value = numbers.values()[i];
              rows.numbers[c][first + i] =
                  Math.abs(value) <= Double.MAX_VALUE ? value + 0.0 : Double.NaN;
            }
          }
          case Column.Texts texts -> {
            dictionaries[c] = texts.dictionary();
            System.arraycopy(texts.codes(), 0, rows.codes[c], first, n);
          }
          case Column.Moments moments ->
              System.arraycopy(moments.micros(), 0, rows.moments[c], first, n);
        }
      }
      Column labels = table.column(columns.indexOf(target.column()));
      int keyColumn = key.map(columns::indexOf).orElse(-1);
      long @Nullable [] times =
          spec.eventTime().isEmpty()
              ? null
              : ((Column.Moments) table.column(columns.indexOf(spec.eventTime().get()))).micros();
      for (int i = 0; i < n; i++) {
        int row = first + i;
        rows.labels[row] = Labels.of(labels, i, target.positive());
        rows.reasons[row] = Double.isNaN(rows.labels[row]) ? Outcomes.NO_VALUE : Outcomes.LABELLED;
        rows.times[row] = times == null ? 0 : times[i];
        rows.keys[row] =
            keyColumn < 0
                ? keys.dictionary().code(Integer.toString(row + 1))
                : translation.code(table.column(keyColumn), i);
        if (rows.keys[row] < 0 || rows.times[row] == Times.MISSING) {
          throw new BadInput(
              "data.table row " + (row + 1), "no key or no time", "both in every row");
        }
      }
    }

    Assembly.Result finish(int threads) {
      derive();
      int n = rows.size();
      int[] codes = Arrays.copyOf(rows.keys, n);
      long[] times = Arrays.copyOf(rows.times, n);
      double[] labels = Arrays.copyOf(rows.labels, n);
      Table unsorted = table(n);
      int[] order = Assembly.identity(n);
      if (spec.key().isPresent()) {
        order = Assembly.order(keys.dictionary(), codes, times);
        settleTies(order, codes, times, labels, unsorted);
      }
      return Assembly.sorted(
          spec.key().orElse("key"),
          new Column.Texts(codes, keys.dictionary()),
          times,
          unsorted,
          labels,
          order,
          unlabelled(n),
          threads);
    }

    private Map<String, Long> unlabelled(int n) {
      long missing = 0;
      for (int i = 0; i < n; i++) {
        missing += rows.reasons[i] == Outcomes.NO_VALUE ? 1 : 0;
      }
      Map<String, Long> reasons = new LinkedHashMap<>();
      if (missing > 0) {
        reasons.put(Outcomes.REASONS.get(Outcomes.NO_VALUE), missing);
      }
      return reasons;
    }

    private static void settleTies(
        int[] order, int[] codes, long[] times, double[] labels, Table table) {
      Table.Cursor left = table.cursor();
      Table.Cursor right = table.cursor();
      IndexSort.Order byValues =
          (a, b) -> {
            left.at(a);
            right.at(b);
            for (int c = 0; c < table.schema().size(); c++) {
              int order1 =
                  switch (table.schema().field(c).type()) {
                    case NUMBER -> CanonicalOrder.compare(left.number(c), right.number(c));
                    case TEXT -> CanonicalOrder.compare(left.text(c), right.text(c));
                    case TIME -> Long.compare(left.time(c), right.time(c));
                  };
              if (order1 != 0) {
                return order1;
              }
            }
            return CanonicalOrder.compare(labels[a], labels[b]);
          };
      int[] scratch = new int[order.length];
      int i = 0;
      while (i < order.length) {
        int j = i + 1;
        while (j < order.length
            && codes[order[j]] == codes[order[i]]
            && times[order[j]] == times[order[i]]) {
          j++;
        }
        if (j - i > 1) {
          IndexSort.merge(order, scratch, i, j, byValues);
        }
        i = j;
      }
    }

    private Table table(int n) {
      Schema schema = program.row();
      List<Column> all = new ArrayList<>();
      for (int c = 0; c < schema.size(); c++) {
        Dictionary shared = dictionaries[c];
        all.add(
            switch (schema.field(c).type()) {
              case NUMBER -> new Column.Numbers(Arrays.copyOf(rows.numbers[c], n));
              case TIME -> new Column.Moments(Arrays.copyOf(rows.moments[c], n));
              case TEXT ->
                  derived[c]
                      ? coded(Arrays.copyOf(rows.texts[c], n))
                      : new Column.Texts(
                          Arrays.copyOf(rows.codes[c], n),
                          shared == null ? new Dictionary() : shared);
            });
      }
      return new Table(schema, all, n);
    }

    private static Column coded(@Nullable String[] texts) {
      Dictionary own = new Dictionary();
      int[] codes = new int[texts.length];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = own.code(texts[i]);
      }
      return new Column.Texts(codes, own);
    }

    private void derive() {
      if (!program.derives()) {
        return;
      }
      Schema schema = program.row();
      FeatureRow row = new FeatureRow(schema);
      for (int i = 0; i < rows.size(); i++) {
        for (int c = 0; c < origin.length; c++) {
          if (origin[c] < 0) {
            continue;
          }
          switch (schema.field(c).type()) {
            case NUMBER -> row.number(c, rows.numbers[c][i]);
            case TIME -> row.time(c, rows.moments[c][i]);
            case TEXT -> {
              Dictionary texts = dictionaries[c];
              row.text(c, texts == null ? null : texts.text(rows.codes[c][i]));
            }
          }
        }
        program.derive(row, rows.times[i]);
        for (Derived one : program.derived()) {
          int c = one.column();
          if (schema.field(c).type() == Type.TEXT) {
            rows.texts[c][i] = row.text(c);
          } else {
            rows.numbers[c][i] = row.number(c);
          }
        }
        if (program.observedAt() >= 0) {
          rows.moments[program.observedAt()][i] = rows.times[i];
        }
      }
    }
  }
}
