package dev.gnomon.models.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.core.usecase.PreprocessingSection.Select;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Each step of the matrix stage, before rounding to single precision, against scikit-learn 1.2.1
/// and NumPy 1.24 on the rows of [Sample].
class MatrixReferenceTest {
  private static final double NAN = Double.NaN;

  /// Rows 0, 1, 17 and 59, then one from outside of the training rows.
  private static final int[] ROWS = {0, 1, 17, 59};

  private static final double[] OUTSIDE = {30, -30, 5, 2.5};

  private static void near(double[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(1e-9 * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static double[] scaled(Scale how) {
    Columns columns = Sample.columns(Sample.complete());
    List<MatrixStep> steps = new ArrayList<>();
    ScaleFit.fit(columns, _ -> how, steps);
    double[] found = new double[20];
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 4; c++) {
        found[4 * i + c] = columns.column(c)[ROWS[i]];
      }
    }
    double[] row = Sample.row(steps.getFirst(), OUTSIDE);
    steps.getFirst().apply(row);
    System.arraycopy(row, 0, found, 16, 4);
    return found;
  }

  @Test
  void standardAsStandardScaler() {
    near(
        scaled(Scale.STANDARD),
        -1.7884711832408566,
        -1.430477075599619,
        0.8695056692918951,
        -1.1952286093343936,
        -0.26045696843313443,
        0.9069833372950775,
        -0.9621088264111729,
        -0.5976143046671968,
        -0.642460522135065,
        -0.2982696881037503,
        0.17717291732757748,
        1.1952286093343936,
        0.6077329263439804,
        -1.2478629808422208,
        1.3690368953927319,
        -0.5976143046671968,
        6.546151806619446,
        -4.35230259171799,
        0.16840921160651018,
        0.2988071523335984);
  }

  @Test
  void minMaxAsMinMaxScaler() {
    near(
        scaled(Scale.MIN_MAX),
        0.0,
        0.0,
        0.8070175438596491,
        0.0,
        0.46808510638297873,
        0.7441860465116279,
        0.2832080200501253,
        0.25,
        0.35106382978723405,
        0.36046511627906974,
        0.6090225563909775,
        1.0,
        0.7340425531914894,
        0.05813953488372092,
        0.9498746867167919,
        0.25,
        2.5531914893617023,
        -0.930232558139535,
        0.606516290726817,
        0.625);
  }

  @Test
  void robustAsRobustScaler() {
    near(
        scaled(Scale.ROBUST),
        -1.0947368421052632,
        -0.8155339805825242,
        0.478494623655914,
        -0.3333333333333333,
        -0.16842105263157894,
        0.42718446601941745,
        -0.6451612903225806,
        0.0,
        -0.4,
        -0.21359223300970873,
        0.053763440860215055,
        1.0,
        0.35789473684210527,
        -0.7184466019417476,
        0.7849462365591398,
        0.0,
        3.957894736842105,
        -2.3689320388349513,
        0.04838709677419355,
        0.5);
  }

  @Test
  void quantileAsQuantileTransformer() {
    near(
        scaled(Scale.QUANTILE),
        0.0,
        0.0,
        0.7457627118644068,
        0.0,
        0.423728813559322,
        0.771186440677966,
        0.2033898305084746,
        0.3983050847457627,
        0.364406779661017,
        0.423728813559322,
        0.576271186440678,
        1.0,
        0.6694915254237288,
        0.13559322033898305,
        0.8983050847457628,
        0.3983050847457627,
        1.0,
        0.0,
        0.5677966101694916,
        0.6016949152542372);
  }

  /// The reference's search for lambda stops at 1e-8, so that the values agree to 1e-7.
  @Test
  void yeoJohnsonAsPowerTransformer() {
    Columns columns = Sample.columns(Sample.complete());
    List<MatrixStep> steps = new ArrayList<>();
    ScaleFit.fit(columns, _ -> Scale.YEO_JOHNSON, steps);
    assertThat(((PowerScale) steps.getFirst()).lambdas())
        .containsExactly(
            new double[] {
              0.7820326828177706, 0.9821011854007805, 0.9853553238089706, 0.156140934280879
            },
            within(1e-6));
    assertThat(scaled(Scale.YEO_JOHNSON))
        .containsExactly(
            new double[] {
              -1.9746240512500128,
              -1.4519399069666266,
              0.8682751143293135,
              -1.4441317408354575,
              -0.19815128819404354,
              0.909342059133782,
              -0.9583030020066036,
              -0.4124501599343703,
              -0.5901623976174906,
              -0.2803800070496323,
              0.18875525643312827,
              1.1345160303521011,
              0.6323339720225069,
              -1.2615235063267312,
              1.3555875110801567,
              -0.4124501599343703,
              5.332202818941386,
              -4.535126258165514,
              0.1801117847261424,
              0.5059078792365594
            },
            within(1e-6));
  }

  @Test
  void yeoJohnsonHasItsClosedForms() {
    assertThat(PowerScale.transform(3, 1)).isEqualTo(3, within(1e-15));
    assertThat(PowerScale.transform(3, 0)).isEqualTo(Math.log(4), within(1e-15));
    assertThat(PowerScale.transform(-3, 2)).isEqualTo(-Math.log(4), within(1e-15));
    assertThat(PowerScale.transform(-3, 0)).isEqualTo(-7.5, within(1e-13));
    assertThat(PowerScale.transform(NAN, 0.5)).isNaN();
  }

  private static List<MatrixStep> imputed(Impute.Method method, Columns columns) {
    List<MatrixStep> steps = new ArrayList<>();
    ImputeFit.fit(columns, _ -> Impute.of(method), 1, steps);
    return steps;
  }

  @Test
  void fixedValuesAsSimpleImputer() {
    double[][] expected = {
      {6.446078431372549, -0.05660377358490566, 3.846590909090909, 2.0},
      {6.0, 0.75, 4.4375, 1.0},
      {1.875, -10.0, 2.375, 1.0}
    };
    Impute.Method[] methods = {Impute.Method.MEAN, Impute.Method.MEDIAN, Impute.Method.MODE};
    for (int i = 0; i < methods.length; i++) {
      List<MatrixStep> steps = imputed(methods[i], Sample.columns(Sample.withHoles()));
      double[] row = Sample.row(steps.getFirst(), NAN, NAN, NAN, NAN);
      steps.getFirst().apply(row);
      near(Arrays.copyOf(row, 4), expected[i]);
    }
    Columns columns = Sample.columns(Sample.withHoles());
    ImputeFit.fit(
        columns, _ -> new Impute(Impute.Method.CONSTANT, -7, 5, 10), 1, new ArrayList<>());
    assertThat(columns.column(0)[3]).isEqualTo(-7);
  }

  private static double[] rows(Columns columns, int... rows) {
    double[] found = new double[4 * rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < 4; c++) {
        found[4 * i + c] = columns.column(c)[rows[i]];
      }
    }
    return found;
  }

  /// KNNImputer(n_neighbors=5) on columns divided by their standard deviation, as distance is
  /// defined here; multiplied back.
  @Test
  void neighboursAsKnnImputer() {
    Columns columns = Sample.columns(Sample.withHoles());
    List<MatrixStep> steps = imputed(Impute.Method.K_NN, columns);
    near(
        rows(columns, 3, 4, 5, 10, 16),
        5.725,
        -7.25,
        12.625,
        4.0,
        8.25,
        -2.6500000000000004,
        8.375,
        1.0,
        8.625,
        -0.5,
        0.7250000000000001,
        0.0,
        7.7,
        2.25,
        -1.8125,
        0.0,
        7.0,
        7.249999999999999,
        -2.4625000000000004,
        1.0);
    double[][] fresh = {{NAN, 3, 1, 2}, {NAN, 2.2, NAN, 3}, {NAN, NAN, NAN, NAN}};
    double[] expected = {
      6.5,
      3,
      1,
      2,
      7.95,
      2.2,
      2.7875,
      3,
      6.446078431372549,
      -0.056603773584905634,
      3.8465909090909087,
      2
    };
    for (int i = 0; i < 3; i++) {
      double[] row = Sample.row(steps.getFirst(), fresh[i]);
      steps.getFirst().apply(row);
      near(Arrays.copyOf(row, 4), Arrays.copyOfRange(expected, 4 * i, 4 * i + 4));
    }
  }

  /// IterativeImputer(Ridge(alpha=1), max_iter=10, tol=0, skip_complete=True) on standardised
  /// columns; brought back.
  @Test
  void chainedEquationsAsIterativeImputer() {
    Columns columns = Sample.columns(Sample.withHoles());
    List<MatrixStep> steps = imputed(Impute.Method.ITERATIVE, columns);
    near(
        rows(columns, 3, 4, 5, 10, 16),
        8.528365504422325,
        -7.25,
        12.625,
        4.0,
        8.25,
        -3.7770893306104893,
        8.375,
        1.0,
        8.625,
        -0.5,
        5.119157058292517,
        0.0,
        2.6796724003674646,
        2.25,
        -1.8125,
        0.0,
        7.0,
        7.249999999999999,
        -3.290468581626513,
        1.0);
    double[][] fresh = {{NAN, 3, 1, 2}, {NAN, NAN, NAN, 3}};
    double[] expected = {
      6.857757051366898,
      3.0,
      1.0,
      2.0,
      6.4053143209572685,
      -0.21880444119595094,
      3.883661908151873,
      3.0
    };
    for (int i = 0; i < 2; i++) {
      double[] row = Sample.row(steps.getFirst(), fresh[i]);
      steps.getFirst().apply(row);
      near(Arrays.copyOf(row, 4), Arrays.copyOfRange(expected, 4 * i, 4 * i + 4));
    }
  }

  private static Select by(Select.Method method) {
    return new Select(method, OptionalInt.empty(), OptionalDouble.empty());
  }

  private static double[] scores(Select.Method method, Supervision told) {
    return Selection.scores(Sample.columns(Sample.complete()), by(method), told);
  }

  @Test
  void varianceAsNumpy() {
    near(
        scores(Select.Method.VARIANCE, Sample.classes()),
        12.955989583333333,
        46.854513888888896,
        50.86094943576389,
        2.8);
  }

  /// `chi2` of each column less its least value.
  @Test
  void chiSquareAsScikitLearn() {
    near(
        scores(Select.Method.CHI_SQUARE, Sample.classes()),
        77.75404993065186,
        4.9024316109422506,
        23.85535928031721,
        2.1942857142857144);
    assertThatThrownBy(() -> scores(Select.Method.CHI_SQUARE, Sample.numbers()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("anova-f");
  }

  @Test
  void anovaFAsScikitLearn() {
    near(
        scores(Select.Method.ANOVA_F, Sample.classes()),
        104.87559372175728,
        1.0075652318144708,
        7.08415827940847,
        1.5557418273260673);
    near(
        scores(Select.Method.ANOVA_F, Sample.numbers()),
        65.68381637515189,
        47.48784647077853,
        129.2966250588655,
        0.2158391882417339);
  }

  /// `mutual_info_score` of the values in bins.
  @Test
  void mutualInformationAsScikitLearn() {
    near(
        scores(Select.Method.MUTUAL_INFORMATION, Sample.classes()),
        0.5231222250873853,
        0.08740510132811749,
        0.21731373504403081,
        0.017071639078685003);
    near(
        scores(Select.Method.MUTUAL_INFORMATION, Sample.numbers()),
        0.9098057638215633,
        1.0019586696403442,
        1.020553965583195,
        0.16164623342906712);
  }

  /// `RFE(Ridge(alpha=1))` on standardised columns.
  @Test
  void recursiveEliminationAsScikitLearn() {
    Columns columns = Sample.columns(Sample.complete());
    assertThat(Regressions.recursive(columns, Sample.classes(), 1)).containsExactly(0);
    assertThat(Regressions.recursive(columns, Sample.classes(), 2)).containsExactly(0, 3);
    assertThat(Regressions.recursive(columns, Sample.classes(), 3)).containsExactly(0, 2, 3);
  }

  /// `Lasso(alpha=0.05)` of the standardised number on standardised columns.
  @Test
  void lassoAsScikitLearn() {
    near(
        Regressions.lasso(Sample.columns(Sample.complete()), Sample.numbers(), 0.05),
        0.501974770951603,
        -0.0,
        0.6428279464518867,
        0.0);
  }

  /// The diagonal of NumPy's inverse correlation matrix, with `c` almost a sum of the others.
  @Test
  void inflationAsTheInverseCorrelationMatrix() {
    double[][] x = Sample.complete();
    for (int i = 0; i < Sample.ROWS; i++) {
      x[2][i] = x[0][i] + x[1][i] + 0.5 * x[3][i] + 29 * i % 13 / 16.0;
    }
    double[][] r = new double[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        r[i][j] = Redundancy.correlation(x[i], x[j]);
      }
    }
    assertThat(Symmetric.factor(r, 0)).isEqualTo(-1);
    near(
        Redundancy.inverseDiagonal(r),
        243.3612625100246,
        865.3804374632214,
        1095.7254335124787,
        14.133101439922225);
    assertThat(Redundancy.byInflation(Sample.columns(x), 10)).containsExactly(0, 1, 3);
    double[][] exact = Sample.complete();
    Arrays.setAll(exact[2], i -> exact[0][i] - exact[1][i]);
    assertThat(Redundancy.byInflation(Sample.columns(exact), 10)).containsExactly(0, 1, 3);
  }

  @Test
  void correlationDropsTheLaterOfTwoAndDuplicates() {
    double[][] x = Sample.complete();
    assertThat(Redundancy.correlation(x[1], x[2])).isEqualTo(-0.9663435947074077, within(1e-12));
    double[][] more = Arrays.copyOf(x, 6);
    more[4] = x[0].clone();
    more[5] = new double[Sample.ROWS];
    assertThat(Redundancy.uncorrelated(Sample.columns(more), 0.9)).containsExactly(0, 1, 3);
    assertThat(Redundancy.uncorrelated(Sample.columns(more), 0.97)).containsExactly(0, 1, 2, 3);
  }

  /// `DecisionTreeRegressor(max_depth=3)`: what one tree of the forest adds.
  @Test
  void treeImportanceAsScikitLearn() {
    int[] rows = new int[Sample.ROWS];
    Arrays.setAll(rows, i -> i);
    near(
        TreeImportance.ofTree(Sample.complete(), Sample.numbers().targets(), rows, 3),
        0.37817133707178274,
        0.04102077509949853,
        0.5808078878287187,
        0.0);
    double[] forest = TreeImportance.of(Sample.columns(Sample.complete()), Sample.classes());
    assertThat(Arrays.stream(forest).sum()).isEqualTo(1, within(1e-12));
    assertThat(forest[0]).isGreaterThan(0.5);
  }

  @Test
  void componentsAsPca() {
    Columns columns = Sample.columns(Sample.complete());
    List<String> notes = new ArrayList<>();
    Components all = ComponentFit.fit(columns, 4, notes);
    near(
        Arrays.stream(all.loadings()).flatMapToDouble(Arrays::stream).toArray(),
        0.06528499819238204,
        -0.6881895433438089,
        0.7225376576073093,
        0.008506161449390866,
        0.9391857909528153,
        0.28695720715388745,
        0.18832741825357618,
        0.010880940617340618,
        -0.011537895542384971,
        0.0042392763555887825,
        -0.006691210031115204,
        0.9999020618094324,
        -0.3369492484778804,
        0.6663578184659211,
        0.665152121383977,
        -0.0022621091762648543);
    columns.apply(all);
    near(
        rows(columns, ROWS),
        10.781724233704546,
        -7.709733562975725,
        -2.0085309742499318,
        -0.22648261434282724,
        -9.299882960784382,
        -0.40204235859303955,
        -0.9168549852027538,
        -0.10879008027089566,
        2.1840508516950767,
        -2.498016685010403,
        2.009375695159904,
        0.254637792758359,
        13.06711698060951,
        1.4312377610803728,
        -1.1266816017849317,
        0.06761971387200902);
    assertThat(notes)
        .containsExactly("4 principal components of 4 inputs keep 100.0 % of the variance");
    // The first two explain 97.5 %: 0.8498785 + 0.1253063.
    Columns again = Sample.columns(Sample.complete());
    assertThat(ComponentFit.fit(again, 0.97, notes).loadings()).hasNumberOfRows(2);
    assertThat(ComponentFit.fit(again, 0.976, notes).loadings()).hasNumberOfRows(3);
  }

  @Test
  void componentsOfFewerRowsThanColumnsAreAsManyAsVary() {
    double[][] x =
        Arrays.stream(Sample.complete()).map(c -> Arrays.copyOf(c, 3)).toArray(double[][]::new);
    assertThat(ComponentFit.fit(Sample.columns(x), 4, new ArrayList<>()).loadings())
        .hasNumberOfRows(2);
  }
}
