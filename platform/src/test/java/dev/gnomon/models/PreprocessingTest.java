package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.data.Table;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PreprocessingTest {
  private static final float NAN = Float.NaN;

  /// Rows 0 to 5 train; row 6 holds what was never seen.
  private static final Table TABLE =
      Tables.of(
          Tables.numbers("age", 20, 30, 40, Double.NaN, 30, 30, 1e300),
          Tables.texts("plan", "basic", "pro", "basic", null, "pro", "rare", "new"),
          Tables.numbers("constant", 1, 1, 1, 1, 1, 1, 2),
          Tables.texts("flag", "yes", "no", "yes", "no", "yes", "no", null),
          Tables.times("born", 1, 2, 3, 4, 5, 6, 7),
          Tables.numbers("cost", 5, 5, 5, 5, 5, 5, 5));

  private static final int[] TRAINING = {0, 1, 2, 3, 4, 5};

  private static FittedPreprocessing fit(Preprocessing.Form form) {
    PreprocessingSection usual = PreprocessingSection.DEFAULT;
    Encode oneHot = new Encode(Encode.Method.ONE_HOT, 64, 10, 5, 100, 2, List.of());
    PreprocessingSection.Rule all =
        new PreprocessingSection.Rule(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(oneHot),
            List.of());
    return new Preprocessing(
            form,
            new PreprocessingSection(
                all,
                usual.columns(),
                true,
                usual.text(),
                usual.interactions(),
                usual.select(),
                usual.components()))
        .fit(TABLE, 5, TRAINING);
  }

  @Test
  void treesKeepNumbersRaw() {
    FittedPreprocessing fitted = fit(Preprocessing.Form.TREES);
    assertThat(fitted.names())
        .containsExactly(
            "age",
            "plan=basic",
            "plan=pro",
            "plan=other",
            "plan is missing",
            "flag=no",
            "flag=yes");
    Matrix matrix = fitted.apply(TABLE);
    assertThat(matrix.values())
        .startsWith(20, 1, 0, 0, 0, 0, 1)
        .containsSequence(NAN, 0, 0, 0, 1, 1, 0)
        .endsWith(Float.MAX_VALUE, 0, 0, 1, 0, 0, 0);
    assertThat(fitted.notes())
        .containsExactly(
            "'constant' is the same in all training rows and was dropped",
            "'born' is a time and no model input; derive an age from it");
    assertThat(fitted.source(3)).isEqualTo(1);
    assertThat(fitted.source(6)).isEqualTo(3);
    assertThat(indicators(fitted)).containsExactly(false, true, true, true, true, true, true);
  }

  @Test
  void linearModelsGetCompleteStandardisedInputs() {
    FittedPreprocessing fitted = fit(Preprocessing.Form.LINEAR);
    assertThat(fitted.names())
        .containsExactly(
            "age",
            "plan=basic",
            "plan=pro",
            "plan=other",
            "plan is missing",
            "flag=no",
            "flag=yes",
            "age is missing");
    Matrix matrix = fitted.apply(TABLE, TRAINING);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 6; i++) {
      sum += matrix.values()[i * 8];
      squares += matrix.values()[i * 8] * matrix.values()[i * 8];
    }
    assertThat(sum).isCloseTo(0, within(1e-6));
    assertThat(squares).isCloseTo(6, within(1e-5));
    assertThat(indicators(fitted)).containsExactly(false, true, true, true, true, true, true, true);
    // Missing: the median, which is the mean here, and both flags; the mode is the first of equals.
    assertThat(java.util.Arrays.copyOfRange(matrix.values(), 24, 32))
        .containsExactly(0, 1, 0, 0, 1, 1, 0, 1);
  }

  private static boolean[] indicators(FittedPreprocessing fitted) {
    boolean[] found = new boolean[fitted.width()];
    for (int i = 0; i < found.length; i++) {
      found[i] = fitted.indicator(i);
    }
    return found;
  }

  @Test
  void readsBackWhatItWrote() {
    for (Preprocessing.Form form : Preprocessing.Form.values()) {
      FittedPreprocessing fitted = fit(form);
      String text = CanonicalJson.text(fitted.toJson());
      FittedPreprocessing read = FittedPreprocessing.fromJson(JsonMapper.shared().readTree(text));
      assertThat(CanonicalJson.text(read.toJson())).isEqualTo(text);
      assertThat(read.apply(TABLE).values()).isEqualTo(fitted.apply(TABLE).values());
    }
  }
}
