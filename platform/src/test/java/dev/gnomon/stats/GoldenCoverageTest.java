package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// That no reference value is left out: each topic has its test class, which in turn fails for a
/// case without a check, and the cases are those of the reference collection where it is at hand.
class GoldenCoverageTest {
  private static final Set<String> TOPICS =
      Set.of(
          "calibration",
          "classification",
          "clusters",
          "counts",
          "decisions",
          "drift",
          "experiments",
          "ranking",
          "regression",
          "samples");

  /// Tested with the models they explain.
  private static final List<String> ELSEWHERE =
      List.of("tree-shap-path-dependent", "shap-interventional", "lime-weighted-ridge");

  @Test
  void everyTopicHasAClass() {
    Set<String> found = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : GoldenCases.read().properties()) {
      found.add(entry.getValue().get("topic").asString());
    }
    assertThat(found).isEqualTo(new TreeSet<>(TOPICS));
    assertThat(GoldenCases.read().size()).isEqualTo(113);
  }

  @Test
  void casesAreThoseOfTheReferenceCollection() {
    Path file = reference();
    assumeTrue(Files.exists(file), "skipped: no " + file + "; set GNOMON_DATA");
    JsonNode golden = GoldenCases.read();
    Set<String> missing = new TreeSet<>();
    for (JsonNode one : JsonMapper.shared().readTree(file.toFile()).get("cases")) {
      String id = one.get("id").asString();
      if (ELSEWHERE.contains(id)) {
        continue;
      }
      JsonNode ours = golden.path(id);
      if (!ours.path("expected").equals(one.get("expected"))
          || !ours.path("inputs").equals(one.get("inputs"))
          || ours.path("tolerance").asDouble() > one.get("relative_tolerance").asDouble()) {
        missing.add(id);
      }
    }
    assertThat(missing).isEmpty();
  }

  /// Beside the data: `reference/` next to `data/`, by default beside the repository.
  private static Path reference() {
    String stated = System.getProperty("GNOMON_DATA", System.getenv("GNOMON_DATA"));
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = Objects.requireNonNull(root.getParent(), "no mvnw above the working directory");
    }
    Path data = stated == null ? root.resolve("../shared/data") : Path.of(stated);
    return data.toAbsolutePath().normalize().resolveSibling("reference/golden-statistics.json");
  }
}
