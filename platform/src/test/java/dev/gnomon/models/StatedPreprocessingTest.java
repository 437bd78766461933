package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Outliers;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.core.usecase.PreprocessingSection.Select;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.core.usecase.PreprocessingSection.TimePart;
import dev.gnomon.data.Table;
import dev.gnomon.models.transforms.Supervision;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.RandomStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Whole recipes: what must hold whatever is stated.
class StatedPreprocessingTest {
  private static final int ROWS = 300;

  /// The last five rows hold what training rows never do.
  private static final int TRAINING = 295;

  private static Table table() {
    RandomStream random = RandomStream.of(5);
    double[] age = new double[ROWS];
    double[] income = new double[ROWS];
    double[] debt = new double[ROWS];
    @Nullable String[] plan = new @Nullable String[ROWS];
    @Nullable String[] city = new @Nullable String[ROWS];
    @Nullable String[] note = new @Nullable String[ROWS];
    long[] since = new long[ROWS];
    List<String> words = List.of("free", "call", "home", "now", "prize", "thank you", "ok");
    for (int i = 0; i < ROWS; i++) {
      age[i] = i % 9 == 0 ? Double.NaN : 20 + random.nextInt(50);
      income[i] = i == 50 ? Double.POSITIVE_INFINITY : Math.exp(7 + random.nextGaussian());
      debt[i] = i % 7 == 0 ? Double.NaN : income[i] / 3 + 10 * random.nextGaussian();
      plan[i] = i % 13 == 0 ? null : List.of("basic", "plus", "pro").get(random.nextInt(3));
      city[i] = "city " + random.nextInt(40);
      note[i] = i % 17 == 0 ? null : words.get(random.nextInt(7)) + " " + words.get(i % 7);
      since[i] = i % 19 == 0 ? Times.MISSING : i * (40 * Times.HOUR);
    }
    plan[295] = "never seen";
    city[296] = "Zürich";
    note[297] = "nothing of it was ever said";
    Arrays.fill(age, 298, ROWS, Double.NaN);
    Arrays.fill(income, 298, ROWS, Double.NEGATIVE_INFINITY);
    Arrays.fill(debt, 298, ROWS, Double.NaN);
    Arrays.fill(plan, 298, ROWS, null);
    Arrays.fill(city, 298, ROWS, null);
    Arrays.fill(note, 298, ROWS, null);
    Arrays.fill(since, 298, ROWS, Times.MISSING);
    income[297] = 1e300;
    return Tables.of(
        Tables.numbers("age", age),
        Tables.numbers("income", income),
        Tables.numbers("debt", debt),
        Tables.texts("plan", plan),
        Tables.texts("city", city),
        Tables.texts("note", note),
        Tables.times("since", since));
  }

  private static final Table TABLE = table();

  private static Supervision told() {
    double[] targets = new double[TRAINING];
    RandomStream random = RandomStream.of(9);
    Arrays.setAll(targets, _ -> random.nextInt(3) == 0 ? 1 : 0);
    return Supervision.of(targets, true, 3);
  }

  private static int[] training() {
    int[] rows = new int[TRAINING];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  private static <T> T any(RandomStream random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static <T> Optional<T> maybe(RandomStream random, T value) {
    return random.nextInt(3) == 0 ? Optional.empty() : Optional.of(value);
  }

  private static PreprocessingSection recipe(RandomStream random, boolean byTarget) {
    List<Encode.Method> encodings =
        byTarget
            ? List.of(Encode.Method.values())
            : List.of(
                Encode.Method.ONE_HOT,
                Encode.Method.ORDINAL,
                Encode.Method.FREQUENCY,
                Encode.Method.HASHING);
    Rule all =
        new Rule(
            maybe(random, Impute.of(any(random, List.of(Impute.Method.values())))),
            maybe(random, random.nextInt(2) == 0),
            maybe(
                random,
                new Outliers(
                    any(random, List.of(Outliers.Method.values())),
                    any(random, List.of(Outliers.Then.values())),
                    1.5)),
            maybe(random, any(random, List.of(Scale.values()))),
            maybe(random, Encode.of(any(random, encodings))),
            random.nextInt(2) == 0 ? List.of() : List.of(TimePart.MONTH, TimePart.HOUR));
    Text text =
        new Text(
            List.of("note"),
            any(random, List.of(Text.Method.values())),
            any(random, List.of(Text.Unit.values())),
            1,
            2,
            30,
            2,
            16,
            true);
    Rule own =
        new Rule(
            Optional.of(Impute.of(Impute.Method.MEAN)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Scale.ROBUST),
            Optional.empty(),
            List.of());
    return new PreprocessingSection(
        all,
        random.nextInt(2) == 0 ? Map.of() : Map.of("age", own),
        true,
        maybe(random, text),
        random.nextInt(2) == 0
            ? List.of()
            : List.of(List.of("age", "plan"), List.of("income", "debt"), List.of("age", "age")),
        maybe(
            random,
            new Select(
                any(random, List.of(Select.Method.values())),
                OptionalInt.empty(),
                OptionalDouble.empty())),
        random.nextInt(3) == 0
            ? OptionalDouble.of(random.nextInt(2) == 0 ? 0.9 : 3)
            : OptionalDouble.empty());
  }

  @Test
  void oneRowManyRowsAndTrainingRowsAreTheSame() {
    RandomStream random = RandomStream.of(1);
    for (int round = 0; round < 60; round++) {
      boolean byTarget = round % 2 == 0;
      for (Preprocessing.Form form : Preprocessing.Form.values()) {
        PreprocessingSection stated = recipe(random.split(round), byTarget);
        String which = form + " " + stated;
        Preprocessing.Fitting fitting =
            new Preprocessing(form, stated).fit(TABLE, 7, training(), told());
        FittedPreprocessing fitted = fitting.fitted();
        Matrix matrix = fitted.apply(TABLE);
        if (!byTarget) {
          assertThat(fitting.training().values())
              .as(which)
              .isEqualTo(Arrays.copyOf(matrix.values(), TRAINING * fitted.width()));
        }
        float[] row = new float[fitted.width() + 1];
        Table.Cursor cursor = TABLE.cursor();
        for (int i : new int[] {299, 0, 295, 50, 296, 13, 297, 298}) {
          fitted.apply(cursor.at(i), row, 1);
          assertThat(Arrays.copyOfRange(row, 1, row.length))
              .as("%s row %d", which, i)
              .isEqualTo(
                  Arrays.copyOfRange(
                      matrix.values(), i * fitted.width(), (i + 1) * fitted.width()));
        }
        if (form == Preprocessing.Form.LINEAR) {
          for (float value : matrix.values()) {
            assertThat(Float.isFinite(value)).as(which).isTrue();
          }
          for (float value : fitting.training().values()) {
            assertThat(Float.isFinite(value)).as(which).isTrue();
          }
        }
        for (int output = 0; output < fitted.width(); output++) {
          if (fitted.indicator(output)) {
            for (int i = 0; i < ROWS; i++) {
              assertThat(matrix.values()[i * fitted.width() + output])
                  .as("%s %s", which, fitted.names().get(output))
                  .isIn(0f, 1f);
            }
          }
        }
        String text = CanonicalJson.text(fitted.toJson());
        FittedPreprocessing read = FittedPreprocessing.fromJson(JsonMapper.shared().readTree(text));
        assertThat(CanonicalJson.text(read.toJson())).as(which).isEqualTo(text);
        assertThat(read.apply(TABLE).values()).as(which).isEqualTo(matrix.values());
        assertThat(read.names()).isEqualTo(fitted.names()).doesNotHaveDuplicates();
        double[] parts = new double[fitted.width() + 1];
        Arrays.setAll(parts, i -> i + 1);
        assertThat(Arrays.stream(fitted.byFeature(parts)).sum())
            .as(which)
            .isCloseTo(
                fitted.width() * (fitted.width() + 1) / 2.0,
                within(1e-6 * parts.length * parts.length));
        // Moving the values of a feature by rows that stay where they are changes nothing.
        assertThat(fitted.apply(TABLE, training(), 1, training()).values())
            .isEqualTo(Arrays.copyOf(matrix.values(), TRAINING * fitted.width()));
      }
    }
  }

  @Test
  void sameRowsSameFitWhateverElseTheTableHolds() {
    RandomStream random = RandomStream.of(2);
    for (int round = 0; round < 20; round++) {
      Preprocessing recipe =
          new Preprocessing(Preprocessing.Form.LINEAR, recipe(random.split(round), true));
      int[] half = Arrays.stream(training()).filter(i -> i % 2 == 0).toArray();
      double[] targets = Arrays.stream(half).mapToDouble(i -> i % 3 == 0 ? 1 : 0).toArray();
      Supervision told = Supervision.of(targets, true, 1);
      FittedPreprocessing once = recipe.fit(TABLE, 7, half, told).fitted();
      assertThat(recipe.fit(changedElsewhere(), 7, half, told).fitted().toJson())
          .isEqualTo(once.toJson());
    }
  }

  /// The same table with other values in the rows that are not trained on, in another order of the
  /// dictionary.
  private static Table changedElsewhere() {
    double[][] numbers = new double[3][ROWS];
    @Nullable String[] plan = new @Nullable String[ROWS];
    @Nullable String[] city = new @Nullable String[ROWS];
    @Nullable String[] note = new @Nullable String[ROWS];
    long[] times = new long[ROWS];
    Table.Cursor row = TABLE.cursor();
    for (int i = 0; i < ROWS; i++) {
      row.at(i);
      boolean kept = i % 2 == 0 && i < TRAINING;
      for (int c = 0; c < 3; c++) {
        numbers[c][i] = kept ? row.number(c) : -1e6 * i;
      }
      plan[i] = kept ? row.text(3) : "other text " + i;
      city[i] = kept ? row.text(4) : "other text " + i;
      note[i] = kept ? row.text(5) : "other text " + i;
      times[i] = kept ? row.time(6) : i;
    }
    return Tables.of(
        Tables.numbers("age", numbers[0]),
        Tables.numbers("income", numbers[1]),
        Tables.numbers("debt", numbers[2]),
        Tables.texts("plan", plan),
        Tables.texts("city", city),
        Tables.texts("note", note),
        Tables.times("since", times));
  }

  @Test
  void aRowAllocatesNothing() {
    RandomStream random = RandomStream.of(3);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int round = 0; round < 30; round++) {
      FittedPreprocessing fitted =
          new Preprocessing(Preprocessing.Form.LINEAR, recipe(random.split(round), true))
              .fit(TABLE, 7, training(), told())
              .fitted();
      float[] out = new float[fitted.width()];
      Table.Cursor cursor = TABLE.cursor();
      long least = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 5; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROWS; i++) {
          fitted.apply(cursor.at(i), out, 0);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes for 300 rows, recipe %d", round).isLessThan(100);
    }
  }

  private static PreprocessingSection stated(Rule all, Map<String, Rule> columns) {
    return new PreprocessingSection(
        all, columns, true, Optional.empty(), List.of(), Optional.empty(), OptionalDouble.empty());
  }

  @Test
  void columnsThatAreNoFeaturesAreNamedAllAtOnce() {
    PreprocessingSection stated =
        new PreprocessingSection(
            Rule.NONE,
            Map.of("agee", Rule.NONE),
            true,
            Optional.of(
                new Text(
                    List.of("age"), Text.Method.HASHING, Text.Unit.WORDS, 1, 1, 9, 1, 16, true)),
            List.of(List.of("age", "incme")),
            Optional.empty(),
            OptionalDouble.empty());
    assertThatThrownBy(() ->
            new Preprocessing(Preprocessing.Form.TREES, stated).fit(TABLE, 7, training(), told()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("models.preprocessing.columns.agee: no feature 'agee'")
        .hasMessageContaining("did you mean age?")
        .hasMessageContaining("did you mean income?")
        .hasMessageContaining("text.columns: 'age' is a number");
  }

  @Test
  void tenThousandLevelsBecomeOneInputOrSixtyFour() {
    int rows = 30_000;
    @Nullable String[] levels = new @Nullable String[rows];
    double[] targets = new double[rows];
    for (int i = 0; i < rows; i++) {
      levels[i] = "item " + i * 7919L % 10_000;
      targets[i] = i * 7919L % 10_000 < 3_000 ? 1 : 0;
    }
    Table table = Tables.of(Tables.texts("item", levels));
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    for (Encode.Method method : List.of(Encode.Method.TARGET, Encode.Method.HASHING)) {
      Rule rule =
          new Rule(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(Encode.of(method)),
              List.of());
      Preprocessing.Fitting fitting =
          new Preprocessing(Preprocessing.Form.TREES, stated(rule, Map.of()))
              .fit(table, 1, all, Supervision.of(targets, true, 1));
      assertThat(fitting.fitted().width()).isEqualTo(method == Encode.Method.TARGET ? 1 : 64);
      if (method == Encode.Method.TARGET) {
        // Two of three rows of a level are in other folds more often than not: their mean tells.
        double right = 0;
        for (int i = 0; i < rows; i++) {
          right += fitting.training().values()[i] > 0.3 == (targets[i] == 1) ? 1 : 0;
        }
        assertThat(right / rows).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void anEncodingOfRareLevelsTellsNothingThatIsNotThere() {
    // Every level stands once and targets are drawn: a fit that saw its own rows would tell all.
    int rows = 2_000;
    @Nullable String[] levels = new @Nullable String[rows];
    double[] targets = new double[rows];
    RandomStream random = RandomStream.of(8);
    for (int i = 0; i < rows; i++) {
      levels[i] = "only " + i;
      targets[i] = random.nextInt(2);
    }
    Table table = Tables.of(Tables.texts("item", levels));
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    for (Encode.Method method :
        List.of(
            Encode.Method.TARGET, Encode.Method.ORDERED_TARGET, Encode.Method.WEIGHT_OF_EVIDENCE)) {
      Rule rule =
          new Rule(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(Encode.of(method)),
              List.of());
      float[] values =
          new Preprocessing(Preprocessing.Form.TREES, stated(rule, Map.of()))
              .fit(table, 1, all, Supervision.of(targets, true, 1))
              .training()
              .values();
      double[] scores = new double[rows];
      Arrays.setAll(scores, i -> values[i]);
      double auc = dev.gnomon.stats.RankedScores.of(scores, targets).rocAuc();
      assertThat(Math.abs(auc - 0.5)).as(method + "").isLessThan(0.06);
    }
  }

  @Test
  void constantsDuplicatesAndFewRowsAreTreated() {
    Table table =
        Tables.of(
            Tables.numbers("x", 1, 2, 3, 4, 5),
            Tables.numbers("same", 1, 2, 3, 4, 5),
            Tables.numbers("constant", 7, 7, 7, 7, 7),
            Tables.numbers("none", Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN),
            Tables.numbers("hole", 7, Double.NaN, 7, 7, 7));
    PreprocessingSection stated =
        new PreprocessingSection(
            Rule.NONE,
            Map.of(),
            true,
            Optional.empty(),
            List.of(),
            Optional.of(
                new Select(Select.Method.CORRELATION, OptionalInt.empty(), OptionalDouble.empty())),
            OptionalDouble.empty());
    FittedPreprocessing fitted =
        new Preprocessing(Preprocessing.Form.LINEAR, stated)
            .fit(
                table,
                5,
                new int[] {0, 1, 2, 3, 4},
                Supervision.of(new double[] {0, 0, 1, 0, 1}, true, 1))
            .fitted();
    assertThat(fitted.names()).containsExactly("x", "hole is missing");
    assertThat(fitted.notes())
        .containsExactly(
            "'constant' is the same in all training rows and was dropped",
            "'none' is missing in all training rows and was dropped",
            "Selection by correlation keeps 2 of 3 inputs; dropped: same");
  }
}
