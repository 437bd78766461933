package dev.gnomon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> WORDS = List.of("logistic", "xgboost", "constant", "sum");

  @Test
  void findsTheWordThatWasMeant() {
    assertThat(Nearest.to("xgbost", WORDS)).hasValue("xgboost");
    assertThat(Nearest.to("XGBoost", WORDS)).hasValue("xgboost");
    assertThat(Nearest.to("lgositic", WORDS)).hasValue("logistic");
    assertThat(Nearest.to("smu", WORDS)).hasValue("sum");
  }

  @Test
  void isSilentWhenNothingIsNear() {
    assertThat(Nearest.to("forest", WORDS)).isEmpty();
    assertThat(Nearest.to("", WORDS)).isEmpty();
    assertThat(Nearest.to("x".repeat(1_000_000), WORDS)).isEmpty();
  }
}
