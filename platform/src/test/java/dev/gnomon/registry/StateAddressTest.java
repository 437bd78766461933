package dev.gnomon.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateAddressTest {
  private static Optional<String> copiedBy(String url) {
    return StateAddress.of(
            Optional.of(url), Path.of("x.db"), Map.of(StateAddress.PASSWORD, "hunter2"))
        .copiedBy();
  }

  @Test
  void aDatabaseIsCopiedByItsOwnTool() {
    String url = "jdbc:postgresql://ada:hunter2@db.example:5432/ml?password=hunter2";
    assertThat(copiedBy(url))
        .contains(
            "studies and runs are in jdbc:postgresql://…@db.example:5432/ml and not in this file:"
                + " copy them with pg_dump --schema=tracking --format=custom --file=ml.dump ml");
    assertThat(copiedBy("")).isEmpty();
  }
}
