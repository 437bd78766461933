package dev.gnomon.engine.xgboost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The parity of [XgboostParityTest] on a million rows per objective; logs how far it is.
@Tag("long")
class XgboostMillionRowsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "objective=binary:logistic",
        "objective=binary:logistic max_depth=12",
        "objective=binary:logistic grow_policy=lossguide max_leaves=40 max_depth=0",
        "objective=binary:logistic num_parallel_tree=3 subsample=0.5",
        "objective=binary:logistic base_score=0.3",
        "objective=binary:logitraw",
        "objective=binary:hinge",
        "objective=reg:logistic",
        "objective=reg:squarederror",
        "objective=reg:squaredlogerror base_score=1",
        "objective=reg:pseudohubererror",
        "objective=reg:absoluteerror",
        "objective=count:poisson",
        "objective=reg:gamma",
        "objective=reg:tweedie",
        "objective=binary:logistic booster=gblinear eta=0.1",
        "objective=reg:squarederror booster=gblinear eta=0.1",
        "objective=binary:logistic booster=dart rate_drop=0.3 one_drop=1",
      })
  void scoresLikeXgboost(String stated) throws Exception {
    XgboostParityTest.Found found = XgboostParityTest.compared(stated, "ubj", 50, 1_000_000);
    System.getLogger(XgboostMillionRowsTest.class.getName())
        .log(System.Logger.Level.INFO, "{0}: {1}", stated, found);
    assertThat(found.score()).isLessThan(1e-6);
    assertThat(found.margin()).isLessThan(1e-6);
  }
}
