package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Bundles written by earlier versions must be read, and answer as they did, for ever: one is added
/// per release and none is changed.
class StoredBundleTest {
  @Test
  void everyStoredBundleStillAnswersAsItDid() throws Exception {
    Path root =
        Path.of(Objects.requireNonNull(StoredBundleTest.class.getResource("/bundles")).toURI());
    try (Stream<Path> versions = Files.list(root)) {
      List<Path> bundles = versions.sorted().toList();
      assertThat(bundles).isNotEmpty();
      for (Path stored : bundles) {
        Bundle bundle = Bundle.load(stored);
        assertThat(bundle.requests()).as(stored.toString()).hasSize(8);
        assertThat(bundle.scoring().reasons(bundle.requests().getFirst().row(), 3)).isNotEmpty();
      }
    }
  }
}
