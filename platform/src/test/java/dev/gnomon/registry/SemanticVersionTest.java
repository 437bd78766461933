package dev.gnomon.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SemanticVersionTest {
  private static List<String> numbers(String... summaries) {
    List<ModelVersion> versions = new ArrayList<>();
    for (String summary : summaries) {
      versions.add(
          new ModelVersion("churn", versions.size() + 1, "", Instant.EPOCH, true, summary));
    }
    return SemanticVersion.of(versions).values().stream()
        .map(v -> v.text() + " " + v.change())
        .toList();
  }

  private static String shape(String inputs, String features, String learner, String policy) {
    return """
    {"shape": {"inputs": "%s", "features": "%s", "learner": "%s", "policy": "%s"}}\
    """
        .formatted(inputs, features, learner, policy);
  }

  @Test
  void countsWhatChanged() {
    assertThat(
            numbers(
                shape("a", "f", "l", "p"),
                shape("a", "f", "l", "p"),
                shape("a", "f", "l2", "p"),
                shape("a", "f2", "l2", "p2"),
                shape("a", "f2", "l2", "p2"),
                shape("b", "f3", "l2", "p2"),
                shape("b", "f3", "l2", "p2")))
        .containsExactly(
            "1.0.0 the first",
            "1.0.1 weights only",
            "1.1.0 learner",
            "1.2.0 features, policy",
            "1.2.1 weights only",
            "2.0.0 inputs",
            "2.0.1 weights only");
  }

  @Test
  void versionsThatSayNothingOfThemselvesCountAsChanged() {
    assertThat(numbers("{}", "{}", shape("a", "f", "l", "p"), shape("a", "f", "l", "p")))
        .containsExactly(
            "1.0.0 the first",
            "1.1.0 not known what changed",
            "1.2.0 not known what changed",
            "1.2.1 weights only");
  }
}
