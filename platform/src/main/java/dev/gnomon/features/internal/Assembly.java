package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Brings the rows of all partitions into the order of a training set and hashes them.
public final class Assembly {
  private Assembly() {}

  /// The parts of a training set.
  public record Result(
      String keyName,
      Column.Texts keys,
      long[] observedAt,
      Table rows,
      double[] labels,
      long horizon,
      long asOf,
      Map<String, Long> unlabelled,
      String hash) {}

  static Result of(
      FeatureProgram program,
      String keyName,
      Dictionary keys,
      List<RowColumns> parts,
      IntFunction<@Nullable Dictionary> dictionaries,
      long horizon,
      long asOf,
      int threads) {
    long total = parts.stream().mapToLong(RowColumns::size).sum();
    int n = Math.toIntExact(total);
    int[] keyCodes = new int[n];
    long[] times = new long[n];
    double[] labels = new double[n];
    int[] starts = new int[parts.size() + 1];
    long[] unlabelled = new long[Outcomes.REASONS.size()];
    for (int p = 0; p < parts.size(); p++) {
      RowColumns part = parts.get(p);
      int at = starts[p];
      System.arraycopy(part.keys, 0, keyCodes, at, part.size());
      System.arraycopy(part.times, 0, times, at, part.size());
      System.arraycopy(part.labels, 0, labels, at, part.size());
      for (int i = 0; i < part.size(); i++) {
        unlabelled[part.reasons[i]]++;
      }
      starts[p + 1] = at + part.size();
    }
    int[] order = order(keys, keyCodes, times);
    Schema schema = program.row();
    List<Column> columns =
        Parallel.run(
            threads,
            schema.size(),
            () -> parts,
            (all, c) -> gather(schema, c, all, starts, order, dictionaries));
    Map<String, Long> reasons = new LinkedHashMap<>();
    for (int r = 1; r < unlabelled.length; r++) {
      if (unlabelled[r] > 0) {
        reasons.put(Outcomes.REASONS.get(r), unlabelled[r]);
      }
    }
    return finish(
        keyName,
        new Column.Texts(permute(keyCodes, order), keys),
        permute(times, order),
        new Table(schema, columns, n),
        permute(labels, order),
        horizon,
        asOf,
        reasons,
        threads);
  }

  /// A table that is whole already, brought into order.
  static Result sorted(
      String keyName,
      Column.Texts keys,
      long[] times,
      Table rows,
      double[] labels,
      int[] order,
      Map<String, Long> unlabelled,
      int threads) {
    List<Column> columns = new ArrayList<>();
    for (Column column : rows.columns()) {
      columns.add(
          switch (column) {
            case Column.Numbers numbers -> new Column.Numbers(permute(numbers.values(), order));
            case Column.Moments moments -> new Column.Moments(permute(moments.micros(), order));
            case Column.Texts texts ->
                new Column.Texts(permute(texts.codes(), order), texts.dictionary());
          });
    }
    return finish(
        keyName,
        new Column.Texts(permute(keys.codes(), order), keys.dictionary()),
        permute(times, order),
        new Table(rows.schema(), columns, rows.rows()),
        permute(labels, order),
        0,
        0,
        unlabelled,
        threads);
  }

  private static Result finish(
      String keyName,
      Column.Texts keys,
      long[] times,
      Table rows,
      double[] labels,
      long horizon,
      long asOf,
      Map<String, Long> unlabelled,
      int threads) {
    String hash = hash(keyName, keys, times, rows, labels, threads);
    return new Result(keyName, keys, times, rows, labels, horizon, asOf, unlabelled, hash);
  }

  /// By time, then by the text of the key. Rows of one key and time keep their order.
  static int[] order(Dictionary keys, int[] codes, long[] times) {
    int[] byText = new int[keys.size()];
    for (int i = 0; i < byText.length; i++) {
      byText[i] = i;
    }
    IndexSort.merge(
        byText,
        new int[byText.length],
        0,
        byText.length,
        (a, b) -> CanonicalOrder.compare(keys.text(a), keys.text(b)));
    int[] rank = new int[byText.length];
    for (int i = 0; i < byText.length; i++) {
      rank[byText[i]] = i;
    }
    int n = codes.length;
    int[] order = new int[n];
    long[] sortKeys = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      sortKeys[i] = rank[codes[i]];
    }
    int[] scratch = new int[n];
    IndexSort.radix(order, scratch, n, sortKeys);
    IndexSort.radix(order, scratch, n, times);
    return order;
  }

  private static Column gather(
      Schema schema,
      int c,
      List<RowColumns> parts,
      int[] starts,
      int[] order,
      IntFunction<@Nullable Dictionary> dictionaries) {
    int n = order.length;
    return switch (schema.field(c).type()) {
      case NUMBER -> {
        double[] all = new double[n];
        for (int p = 0; p < parts.size(); p++) {
          System.arraycopy(parts.get(p).numbers[c], 0, all, starts[p], parts.get(p).size());
          parts.get(p).numbers[c] = new double[0];
        }
        yield new Column.Numbers(permute(all, order));
      }
      case TIME -> {
        long[] all = new long[n];
        for (int p = 0; p < parts.size(); p++) {
          System.arraycopy(parts.get(p).moments[c], 0, all, starts[p], parts.get(p).size());
        }
        yield new Column.Moments(permute(all, order));
      }
      case TEXT -> {
        int[] all = new int[n];
        Dictionary shared = dictionaries.apply(c);
        Dictionary own = new Dictionary();
        for (int p = 0; p < parts.size(); p++) {
          RowColumns part = parts.get(p);
          if (part.codes[c] != null) {
            System.arraycopy(part.codes[c], 0, all, starts[p], part.size());
          } else {
            for (int i = 0; i < part.size(); i++) {
              all[starts[p] + i] = own.code(part.texts[c][i]);
            }
          }
        }
        yield new Column.Texts(permute(all, order), shared == null ? own : shared);
      }
    };
  }

  private static int[] permute(int[] values, int[] order) {
    int[] sorted = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }

  private static long[] permute(long[] values, int[] order) {
    long[] sorted = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }

  private static double[] permute(double[] values, int[] order) {
    double[] sorted = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }

  /// Each column by itself, so that threads can share the work, then the hashes in order.
  private static String hash(
      String keyName, Column.Texts keys, long[] times, Table rows, double[] labels, int threads) {
    List<Column> columns = new ArrayList<>(rows.columns());
    columns.add(keys);
    columns.add(new Column.Moments(times));
    columns.add(new Column.Numbers(labels));
    List<byte[]> hashes =
        Parallel.run(threads, columns.size(), () -> columns, (all, c) -> hash(all.get(c)));
    return SetHash.combine(keyName, times.length, rows.schema(), hashes);
  }

  private static byte[] hash(Column column) {
    ContentHash hash = new ContentHash();
    hash.column(column);
    return hash.finish();
  }

  /// As many rows as there are, in the order in which they were read.
  static int[] identity(int n) {
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    return order;
  }
}
