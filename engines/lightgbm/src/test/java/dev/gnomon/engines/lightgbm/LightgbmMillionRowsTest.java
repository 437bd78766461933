package dev.gnomon.engines.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The parity of [LightgbmParityTest] on a million rows per objective; logs how far it is.
@Tag("long")
class LightgbmMillionRowsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "objective=binary",
        "objective=binary zero_as_missing=true",
        "objective=binary use_missing=false",
        "objective=binary sigmoid=0.7",
        "objective=binary boosting=rf bagging_freq=1 bagging_fraction=0.6",
        "objective=binary boosting=dart",
        "objective=cross_entropy",
        "objective=regression",
        "objective=regression_l1",
        "objective=huber",
        "objective=fair",
        "objective=quantile alpha=0.8",
        "objective=mape",
        "objective=poisson",
        "objective=gamma",
        "objective=tweedie",
      })
  void scoresLikeLightgbm(String parameters) throws Exception {
    double furthest =
        LightgbmParityTest.furthest(LightgbmParityTest.trained(parameters, 50), 1_000_000);
    System.getLogger(LightgbmMillionRowsTest.class.getName())
        .log(System.Logger.Level.INFO, "{0}: furthest {1}", parameters, Double.toString(furthest));
    assertThat(furthest).isLessThan(1e-6);
  }
}
