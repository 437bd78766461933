package dev.gnomon.benchmarks;

import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Preprocessing;
import dev.gnomon.models.transforms.Supervision;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What preprocessing costs: one row of 20 mixed columns, and many rows of 50 numbers.
public final class PreprocessingLoad {
  private static final int ROUNDS = 5;

  private PreprocessingLoad() {}

  /// Arguments: the number of rows of 50 numbers.
  public static void main(String[] arguments) {
    int rows = Integer.parseInt(arguments[0]);
    oneRow(Encode.Method.ONE_HOT);
    oneRow(Encode.Method.TARGET);
    Table wide = table(rows, 50, 0);
    for (Preprocessing.Form form : Preprocessing.Form.values()) {
      double[] fit = new double[ROUNDS];
      double[] apply = new double[ROUNDS];
      int[] all = all(rows);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        FittedPreprocessing fitted = Preprocessing.of(form).fit(wide, 50, all);
        long fittedAt = System.nanoTime();
        fitted.apply(wide);
        fit[round] = rows / ((fittedAt - start) / 1e9);
        apply[round] = rows / ((System.nanoTime() - fittedAt) / 1e9);
      }
      System.out.printf(
          Locale.ROOT,
          "%s, %,d rows x 50 numbers: fit and training matrix %,.0f rows/s, apply %,.0f rows/s%n",
          form.name().toLowerCase(Locale.ROOT),
          rows,
          median(fit),
          median(apply));
    }
  }

  private static void oneRow(Encode.Method method) {
    Table mixed = table(20_000, 12, 8);
    Rule rule =
        new Rule(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Encode.of(method)),
            List.of());
    PreprocessingSection stated =
        new PreprocessingSection(
            rule,
            Map.of(),
            true,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            OptionalDouble.empty());
    double[] targets = new double[mixed.rows()];
    Arrays.setAll(targets, i -> i % 3 == 0 ? 1 : 0);
    for (Preprocessing.Form form : Preprocessing.Form.values()) {
      FittedPreprocessing fitted =
          new Preprocessing(form, stated)
              .fit(mixed, 20, all(mixed.rows()), Supervision.of(targets, true, 1))
              .fitted();
      float[] out = new float[fitted.width()];
      Table.Cursor cursor = mixed.cursor();
      double[] nanos = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < 1_000_000; i++) {
          fitted.apply(cursor.at(i % mixed.rows()), out, 0);
        }
        nanos[round] = (System.nanoTime() - start) / 1e6;
      }
      System.out.printf(
          Locale.ROOT,
          "%s, one row of 12 numbers and 8 texts by %s, %d inputs: %.0f ns%n",
          form.name().toLowerCase(Locale.ROOT),
          method.name().toLowerCase(Locale.ROOT),
          fitted.width(),
          median(nanos));
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static int[] all(int rows) {
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static Table table(int rows, int numbers, int texts) {
    RandomStream random = RandomStream.of(1);
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < numbers; c++) {
      double[] values = new double[rows];
      Arrays.setAll(values, _ -> random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian());
      fields.add(new Field("n" + c, Type.NUMBER));
      columns.add(new Column.Numbers(values));
    }
    for (int c = 0; c < texts; c++) {
      Dictionary dictionary = new Dictionary();
      int[] codes = new int[rows];
      Arrays.setAll(codes, _ -> dictionary.code("level " + random.nextInt(10)));
      fields.add(new Field("t" + c, Type.TEXT));
      columns.add(new Column.Texts(codes, dictionary));
    }
    return new Table(new Schema(fields), columns, rows);
  }
}
