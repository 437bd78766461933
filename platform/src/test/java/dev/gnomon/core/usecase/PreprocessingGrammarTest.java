package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Outliers;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.core.usecase.PreprocessingSection.Select;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.core.usecase.PreprocessingSection.TimePart;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PreprocessingGrammarTest {
  private static PreprocessingSection read(String preprocessing) {
    return UseCaseReader.parse(
            """
            name: example
            frame: {task: binary, target: {column: y, positive: "1"}}
            data: {table: t.csv}
            models:
              preprocessing: %s
            """
                .formatted(preprocessing),
            Path.of("/cases/usecase.yaml"))
        .models()
        .preprocessing();
  }

  private static PreprocessingSection.Rule own(PreprocessingSection found, String column) {
    return Objects.requireNonNull(found.columns().get(column));
  }

  @Test
  void readsEveryKey() {
    PreprocessingSection found =
        read(
            "{impute: median, indicators: false, outliers: {method: iqr, then: flag}, scale:"
                + " robust, encode: {method: target, smoothing: 20}, times: [month, day-of-year],"
                + " text: {columns: [message], ngrams: [1, 2], max-features: 5000}, interactions:"
                + " [[a, b]], select: {method: mutual-information, keep: 20}, pca: 0.95, cross-fit:"
                + " false, columns: {age: {impute: {method: k-nn, neighbours: 3}}, plan: {encode:"
                + " {method: ordinal, order: [low, high]}}}}");
    assertThat(found.all().impute()).contains(Impute.of(Impute.Method.MEDIAN));
    assertThat(found.all().indicators()).contains(false);
    assertThat(found.all().outliers())
        .contains(new Outliers(Outliers.Method.IQR, Outliers.Then.FLAG, 1.5));
    assertThat(found.all().scale()).contains(Scale.ROBUST);
    assertThat(found.all().encode())
        .contains(new Encode(Encode.Method.TARGET, 64, 20, 5, 100, 10, List.of()));
    assertThat(found.all().times()).containsExactly(TimePart.MONTH, TimePart.DAY_OF_YEAR);
    assertThat(found.text())
        .contains(
            new Text(
                List.of("message"),
                Text.Method.TF_IDF,
                Text.Unit.WORDS,
                1,
                2,
                5000,
                2,
                1024,
                true));
    assertThat(found.interactions()).containsExactly(List.of("a", "b"));
    assertThat(found.select())
        .contains(
            new Select(
                Select.Method.MUTUAL_INFORMATION, OptionalInt.of(20), OptionalDouble.empty()));
    assertThat(found.components()).hasValue(0.95);
    assertThat(found.crossFit()).isFalse();
    assertThat(own(found, "age").impute()).contains(new Impute(Impute.Method.K_NN, 0, 3, 10));
    assertThat(own(found, "plan").encode().orElseThrow().order()).containsExactly("low", "high");
  }

  @Test
  void nothingStatedIsTheDefault() {
    assertThat(read("{indicators: true}").all().indicators()).contains(true);
    assertThat(
            UseCaseReader.parse(
                    """
                    name: example
                    frame: {task: binary, target: {column: y, positive: "1"}}
                    data: {table: t.csv}
                    """,
                    Path.of("/cases/usecase.yaml"))
                .models()
                .preprocessing())
        .isEqualTo(PreprocessingSection.DEFAULT);
  }

  @Test
  void aColumnsOwnRuleGoesBeforeThatOfAll() {
    PreprocessingSection found =
        read("{impute: median, scale: robust, columns: {a: {impute: mean}}}");
    PreprocessingSection.Rule rule = own(found, "a").over(found.all());
    assertThat(rule.impute().map(Impute::method)).isEqualTo(Optional.of(Impute.Method.MEAN));
    assertThat(rule.scale()).contains(Scale.ROBUST);
  }

  @Test
  void whatLooksBeyondTheDecisionIsRefusedWithWhatToUse() {
    Map<String, String> parts =
        Map.of(
            "forward-fill",
            "feature operator `last`",
            "backward-fill",
            "not known when deciding",
            "interpolate",
            "not known when deciding");
    parts.forEach((word, part) ->
        assertThatThrownBy(() -> read("{impute: %s}".formatted(word)))
            .isInstanceOf(BadInput.class)
            .hasMessageContaining("'%s' in preprocessing".formatted(word))
            .hasMessageContaining(part));
  }

  @Test
  void wrongWordsNameTheNearestAllAtOnce() {
    assertThatThrownBy(() ->
            read(
                "{impute: medan, scale: standart, encode: onehot, pca: 2.5, select: {metod: l1},"
                    + " interactions: [[a, b, c]]}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("did you mean median?")
        .hasMessageContaining("did you mean standard?")
        .hasMessageContaining("did you mean one-hot?")
        .hasMessageContaining("did you mean method?")
        .hasMessageContaining("2.5 components")
        .hasMessageContaining("3 names");
  }

  @Test
  void aConstantNeedsItsValue() {
    assertThatThrownBy(() -> read("{impute: constant}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("{method: constant, value: 0}");
  }
}
