package dev.gnomon.models.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.core.usecase.PreprocessingSection.TimePart;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.operators.Hash64;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each step of the column stage, before rounding to single precision, against scikit-learn 1.2.1,
/// pandas 1.5.3 and Python 3.11.
class ColumnReferenceTest {
  private static final @Nullable String[] LEVELS =
      IntStream.range(0, Sample.ROWS).mapToObj(Sample::level).toArray(String[]::new);

  private static final double[] WEIGHTS =
      IntStream.range(0, Sample.ROWS).mapToDouble(i -> 1 + 5 * i % 3 / 2.0).toArray();

  private static Table texts(@Nullable String... values) {
    Dictionary dictionary = new Dictionary();
    int[] codes = Arrays.stream(values).mapToInt(dictionary::code).toArray();
    return new Table(
        Schema.of(new Field("level", Type.TEXT)),
        List.of(new Column.Texts(codes, dictionary)),
        values.length);
  }

  private static Supervision weighted(Supervision told) {
    return new Supervision(told.targets(), told.classes(), WEIGHTS, told.groups(), told.seed());
  }

  private static ColumnFit.Fitted fit(
      Table table, Supervision told, Rule rule, Optional<Text> words) {
    int[] rows = new int[table.rows()];
    Arrays.setAll(rows, i -> i);
    return new ColumnFit(table.schema(), rows, told, false, true, new ArrayList<>())
        .fit(0, table.column(0), rule, words)
        .orElseThrow();
  }

  private static Rule rule(Encode how) {
    return new Rule(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(how),
        List.of());
  }

  private static ColumnFit.Fitted encoded(Encode.Method method, Supervision told) {
    return fit(texts(LEVELS), told, rule(Encode.of(method)), Optional.empty());
  }

  private static double[] training(ColumnFit.Fitted fitted) {
    return Objects.requireNonNull(fitted.training());
  }

  /// Of the given texts.
  private static double[] values(ColumnStep step, @Nullable String... texts) {
    Table table = texts(texts);
    int width = step.inputs("x").size();
    double[] found = new double[width * texts.length];
    for (int i = 0; i < texts.length; i++) {
      step.apply(table.cursor().at(i), found, width * i);
    }
    return found;
  }

  /// (sum of weight x target + 10 x mean) / (sum of weights + 10) per level, by pandas; missing is
  /// a level, unseen has the mean.
  @Test
  void targetMeanAsPandas() {
    double[] found =
        values(
            encoded(Encode.Method.TARGET, weighted(Sample.classes())).step(),
            "a",
            "d",
            "e",
            "f",
            null,
            "unseen");
    assertThat(found)
        .containsExactly(
            new double[] {
              0.5404040404040404,
              0.6592592592592593,
              0.5686274509803922,
              0.5661375661375662,
              0.6228070175438597,
              0.5833333333333334
            },
            within(1e-12));
    assertThat(
            values(
                encoded(Encode.Method.TARGET, weighted(Sample.numbers())).step(), "a", "d", null))
        .containsExactly(
            new double[] {16.142255892255893, 17.47530864197531, 18.562865497076025}, within(1e-9));
  }

  /// ln((p + .5) / (P + 1)) - ln((n + .5) / (N + 1)) by NumPy.
  @Test
  void weightOfEvidenceAsNumpy() {
    assertThat(
            values(
                encoded(Encode.Method.WEIGHT_OF_EVIDENCE, weighted(Sample.classes())).step(),
                "a",
                "d",
                "e",
                "f",
                null,
                "unseen"))
        .containsExactly(
            new double[] {
              -0.2456418036691712,
              0.5359740248783822,
              -0.08786135579133436,
              -0.10587986129401261,
              0.2900157957980012,
              0
            },
            within(1e-12));
    assertThatThrownBy(() -> encoded(Encode.Method.WEIGHT_OF_EVIDENCE, Sample.numbers()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("target or ordered-target");
  }

  @Test
  void frequencyAsValueCounts() {
    assertThat(
            values(
                encoded(Encode.Method.FREQUENCY, Sample.classes()).step(),
                "a",
                "d",
                "e",
                "f",
                null,
                "unseen"))
        .containsExactly(new double[] {0.25, 8 / 60.0, 16 / 60.0, 0.25, 0.1, 0}, within(1e-15));
  }

  @Test
  void ordinalInSortedAndInStatedOrder() {
    assertThat(
            values(
                encoded(Encode.Method.ORDINAL, Sample.classes()).step(), "a", "d", "f", null, "z"))
        .containsExactly(0, 1, 3, Double.NaN, Double.NaN);
    Encode stated = new Encode(Encode.Method.ORDINAL, 64, 10, 5, 100, 10, List.of("f", "a", "d"));
    ColumnStep step = fit(texts(LEVELS), Sample.classes(), rule(stated), Optional.empty()).step();
    assertThat(values(step, "a", "d", "f", "e")).containsExactly(1, 2, 0, Double.NaN);
  }

  /// Bucket and sign by the hash written once more in Python.
  @Test
  void hashingAsStated() {
    HashedLevels step = new HashedLevels(0, 16);
    String[] levels = {"basic", "pro", "ünï", ""};
    int[] buckets = {8, 0, 14, 9};
    int[] signs = {-1, 1, 1, 1};
    for (int i = 0; i < levels.length; i++) {
      double[] expected = new double[16];
      expected[buckets[i]] = signs[i];
      assertThat(values(step, levels[i])).as(levels[i]).containsExactly(expected);
    }
    assertThat(values(step, (String) null)).containsOnly(0);
    char[] text = "call free call now".toCharArray();
    assertThat(Hash64.of(text, 5, 14))
        .isEqualTo(Hash64.of("free call"))
        .isEqualTo(3807557809173616946L);
  }

  /// By brute force: the fit on all rows of the other folds.
  @Test
  void trainingRowsGetTheFitOfTheOtherFolds() {
    Supervision told = grouped(weighted(Sample.classes()));
    for (Encode.Method method : List.of(Encode.Method.TARGET, Encode.Method.WEIGHT_OF_EVIDENCE)) {
      double[] found = training(encoded(method, told));
      int[] folds = GroupFolds.folds(told.groups(), 5, told.seed());
      for (int fold = 0; fold < 5; fold++) {
        int f = fold;
        int[] others = IntStream.range(0, Sample.ROWS).filter(i -> folds[i] != f).toArray();
        Supervision rest =
            new Supervision(
                Arrays.stream(others).mapToDouble(i -> told.targets()[i]).toArray(),
                true,
                Arrays.stream(others).mapToDouble(i -> WEIGHTS[i]).toArray(),
                Arrays.stream(others).map(i -> told.groups()[i]).toArray(),
                told.seed());
        ColumnStep step =
            fit(
                    texts(Arrays.stream(others).mapToObj(i -> LEVELS[i]).toArray(String[]::new)),
                    rest,
                    rule(Encode.of(method)),
                    Optional.empty())
                .step();
        for (int i = 0; i < Sample.ROWS; i++) {
          if (folds[i] == fold) {
            assertThat(found[i])
                .as("row %d", i)
                .isCloseTo(values(step, LEVELS[i])[0], within(1e-12));
          }
        }
      }
    }
  }

  /// Rows 2 i and 2 i + 1 belong to one entity.
  private static Supervision grouped(Supervision told) {
    return new Supervision(
        told.targets(),
        told.classes(),
        told.weights(),
        IntStream.range(0, told.rows()).map(i -> i / 2).toArray(),
        told.seed());
  }

  @Test
  void noTrainingRowIsEncodedByATargetOfItsEntity() {
    Supervision told = grouped(Sample.classes());
    for (Encode.Method method :
        List.of(
            Encode.Method.TARGET, Encode.Method.ORDERED_TARGET, Encode.Method.WEIGHT_OF_EVIDENCE)) {
      double[] before = training(encoded(method, told));
      int changed = 0;
      for (int row = 0; row < Sample.ROWS; row++) {
        double[] other = told.targets().clone();
        other[row] = 1 - other[row];
        double[] after =
            training(
                encoded(
                    method,
                    new Supervision(other, true, told.weights(), told.groups(), told.seed())));
        int mate = row % 2 == 0 ? row + 1 : row - 1;
        assertThat(after[row]).as("%s, row %d", method, row).isEqualTo(before[row]);
        assertThat(after[mate]).as("%s, row %d", method, mate).isEqualTo(before[mate]);
        changed += Arrays.equals(before, after) ? 0 : 1;
      }
      assertThat(changed).as("changes that other rows saw").isGreaterThan(50);
    }
  }

  /// CatBoost's definition by brute force: the rows that stand before in the order of entities.
  @Test
  void orderedStatisticsSeeWhatStandsBefore() {
    Supervision told = grouped(weighted(Sample.classes()));
    double[] found = training(encoded(Encode.Method.ORDERED_TARGET, told));
    int[] places = GroupFolds.places(told.groups(), told.seed(), "ordered statistics");
    for (int i = 0; i < Sample.ROWS; i++) {
      double all = 0;
      double weights = 0;
      double own = 0;
      double ownWeights = 0;
      for (int j = 0; j < Sample.ROWS; j++) {
        if (places[j] < places[i]) {
          all += WEIGHTS[j] * told.targets()[j];
          weights += WEIGHTS[j];
          if (Objects.equals(LEVELS[j], LEVELS[i])) {
            own += WEIGHTS[j] * told.targets()[j];
            ownWeights += WEIGHTS[j];
          }
        }
      }
      double prior = weights == 0 ? 0.5 : all / weights;
      assertThat(found[i])
          .as("row %d", i)
          .isCloseTo((own + 10 * prior) / (ownWeights + 10), within(1e-12));
    }
    // Served rows get the fit on all of them.
    assertThat(values(encoded(Encode.Method.ORDERED_TARGET, told).step(), "a"))
        .isEqualTo(values(encoded(Encode.Method.TARGET, told).step(), "a"));
  }

  private static final String[] DOCUMENTS = {
    "Call now to WIN a prize, call 0800!",
    "are you coming home now?",
    "Win win win: a free prize",
    "ok",
    "Déjà vu: coming home, déjà-vu",
    "",
    "free   call\tfree home_run 2nd",
    "İstanbul ñandú now now"
  };

  private static void assertTerms(Text how, List<String> terms, double[] idf, double... expected) {
    TermWeights step =
        (TermWeights)
            fit(texts(DOCUMENTS), Supervision.none(8), Rule.NONE, Optional.of(how)).step();
    assertThat(step.inputs("x"))
        .extracting(Input::name)
        .isEqualTo(terms.stream().map(t -> "x:" + t).toList());
    assertThat(Json.doubles(step.toJson(), "idf")).containsExactly(idf, within(1e-12));
    assertThat(
            values(
                step, DOCUMENTS[0], DOCUMENTS[2], DOCUMENTS[4], "free call to nowhere, call now"))
        .containsExactly(expected, within(1e-12));
  }

  /// `TfidfVectorizer` with these settings; the last row is one it was not fitted on.
  @Test
  void termWeightsAsTfidfVectorizer() {
    assertTerms(
        new Text(List.of("x"), Text.Method.TF_IDF, Text.Unit.WORDS, 1, 1, 1000, 2, 16, true),
        List.of("call", "coming", "free", "home", "now", "prize", "win"),
        new double[] {
          2.0986122886681096,
          2.0986122886681096,
          2.0986122886681096,
          2.0986122886681096,
          1.8109302162163288,
          2.0986122886681096,
          2.0986122886681096
        },
        0.7147597271417298,
        0.0,
        0.0,
        0.0,
        0.3642796127414081,
        0.42214860902130763,
        0.42214860902130763,
        0.0,
        0.0,
        0.3951558849131423,
        0.0,
        0.0,
        0.3951558849131423,
        0.8292789960182417,
        0.0,
        0.7071067811865475,
        0.0,
        0.7071067811865475,
        0.0,
        0.0,
        0.0,
        0.788459703614328,
        0.0,
        0.4656770023699737,
        0.0,
        0.40184104474296994,
        0.0,
        0.0);
    assertTerms(
        new Text(List.of("x"), Text.Method.TF_IDF, Text.Unit.WORDS, 1, 2, 1000, 2, 16, false),
        List.of("call", "coming", "coming home", "free", "home", "now", "prize", "win"),
        new double[] {
          2.0986122886681096,
          2.0986122886681096,
          2.0986122886681096,
          2.0986122886681096,
          2.0986122886681096,
          1.8109302162163288,
          2.0986122886681096,
          2.0986122886681096
        },
        0.7701069002123133,
        0.0,
        0.0,
        0.0,
        0.0,
        0.3322695342159329,
        0.38505345010615666,
        0.38505345010615666,
        0.0,
        0.0,
        0.0,
        0.3015113445777636,
        0.0,
        0.0,
        0.3015113445777636,
        0.9045340337332908,
        0.0,
        0.5773502691896257,
        0.5773502691896257,
        0.0,
        0.5773502691896257,
        0.0,
        0.0,
        0.0,
        0.8344475874410698,
        0.0,
        0.0,
        0.4172237937205349,
        0.0,
        0.36002990121269407,
        0.0,
        0.0);
    assertTerms(
        new Text(List.of("x"), Text.Method.TF_IDF, Text.Unit.WORDS, 1, 1, 4, 1, 16, true),
        List.of("call", "free", "now", "win"),
        new double[] {
          2.0986122886681096, 2.0986122886681096, 1.8109302162163288, 2.0986122886681096
        },
        0.788459703614328,
        0.0,
        0.40184104474296994,
        0.4656770023699737,
        0.0,
        0.43016528249879604,
        0.0,
        0.9027501480103622,
        0.0,
        0.0,
        0.0,
        0.0,
        0.788459703614328,
        0.4656770023699737,
        0.40184104474296994,
        0.0);
    assertTerms(
        new Text(List.of("x"), Text.Method.TF_IDF, Text.Unit.CHARACTERS, 2, 3, 1000, 4, 16, true),
        List.of(" c", "in"),
        new double[] {1.587786664902119, 1.587786664902119},
        0.7071067811865475,
        0.7071067811865475,
        0.0,
        1.0,
        0.7071067811865475,
        0.7071067811865475,
        1.0,
        0.0);
  }

  @Test
  void textsWithoutKnownTermsAndMissingOnesAreZero() {
    Text how = new Text(List.of("x"), Text.Method.TF_IDF, Text.Unit.WORDS, 1, 1, 100, 1, 16, true);
    ColumnStep step =
        fit(texts(DOCUMENTS), Supervision.none(8), Rule.NONE, Optional.of(how)).step();
    assertThat(values(step, "quite unknown", null, "")).containsOnly(0);
    ColumnStep hashed = new HashedTerms(0, Text.Unit.WORDS, 1, 2, 16);
    assertThat(values(hashed, (String) null)).containsOnly(0);
    // Three terms: free, call, "free call"; the sum of squares is 1.
    double[] found = values(hashed, "Free, CALL!");
    assertThat(Arrays.stream(found).map(v -> v * v).sum()).isCloseTo(1, within(1e-12));
    long hash = 3807557809173616946L;
    assertThat(found[HashedLevels.bucket(hash, 16)]).isPositive();
  }

  /// By Python's datetime.
  @Test
  void partsOfTimesAsDatetime() {
    long[] micros = {0, 1709210096000000L, -1, 1735689599999999L, Times.MISSING};
    Table table =
        new Table(
            Schema.of(new Field("signed up", Type.TIME)), List.of(new Column.Moments(micros)), 5);
    Rule rule =
        new Rule(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(TimePart.values()));
    ColumnStep step = fit(table, Supervision.none(5), rule, Optional.empty()).step();
    double[][] expected = {
      {1970, 1, 1, 1, 1, 1, 4, 0, 0, 0},
      {2024, 1, 2, 9, 29, 60, 4, 0, 12, 34},
      {1969, 4, 12, 1, 31, 365, 3, 0, 23, 59},
      {2024, 4, 12, 1, 31, 366, 2, 0, 23, 59}
    };
    double[] found = new double[10];
    for (int i = 0; i < 4; i++) {
      step.apply(table.cursor().at(i), found, 0);
      assertThat(found).as("row %d", i).containsExactly(expected[i]);
    }
    step.apply(table.cursor().at(4), found, 0);
    assertThat(found).containsOnly(Double.NaN);
    assertThat(step.inputs("signed up").get(5).name()).isEqualTo("signed up day-of-year");
  }
}
