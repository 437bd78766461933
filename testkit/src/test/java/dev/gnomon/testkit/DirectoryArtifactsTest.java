package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.internal.DirectoryObjects;
import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryArtifactsTest extends ArtifactsContract {
  @TempDir private Path directory = Path.of("");

  @Override
  protected ObjectStore openEmpty() throws IOException {
    return DirectoryObjects.open(directory.resolve("store"));
  }

  @Test
  void followsNoLinkThatSomebodyPutThere() throws IOException {
    put("1/a/artifacts/x", bytes(1, 10));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("f.secret"), "1 " + "0".repeat(64) + " 1 0\n");
    Path at = directory.resolve("store/paths/d.1/d.a");
    Files.createSymbolicLink(at.resolve("d.link"), outside);
    Files.createSymbolicLink(at.resolve("f.file"), outside.resolve("f.secret"));
    assertThatThrownBy(() -> put("1/a/link/y", bytes(1, 10))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> artifacts.find(path("1/a/link/secret")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> artifacts.find(path("1/a/file"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> artifacts.delete(path("1/a/link"))).isInstanceOf(IOException.class);
    assertThat(artifacts.list(path("1/a"), null, 10).entries())
        .extracting(entry -> entry.name())
        .containsExactly("artifacts");
    try (Stream<Path> left = Files.list(outside)) {
      assertThat(left).containsExactly(outside.resolve("f.secret"));
    }
    // A link in the place of a content.
    String hash = artifacts.find(path("1/a/artifacts/x")).orElseThrow().sha256();
    Path content = directory.resolve("store/contents/" + hash.substring(0, 2) + "/" + hash);
    Files.delete(content);
    Files.createSymbolicLink(content, outside.resolve("f.secret"));
    assertThatThrownBy(() -> get("1/a/artifacts/x")).isInstanceOf(IOException.class);
    clock.advance(java.time.Duration.ofDays(2));
    artifacts.collect(java.time.Duration.ofDays(1), false);
    assertThat(outside.resolve("f.secret")).exists();
  }

  @Test
  void opensByDirectoryOrNamesTheEnginesThereAre() {
    Artifacts.open(directory.resolve("new/one").toString(), Map.of(), clock).close();
    assertThat(directory.resolve("new/one")).isDirectory();
    assertThatThrownBy(() -> Artifacts.open("ftp://x/y", Map.of(), clock))
        .hasMessageContaining("no engine for 'ftp'");
  }

  @Test
  void takesAwayDirectoriesThatHoldNothing() throws IOException {
    put("1/a/artifacts/d/e/x", bytes(1, 10));
    artifacts.delete(path("1/a/artifacts/d"));
    try (Stream<Path> left = Files.walk(directory.resolve("store/paths"))) {
      assertThat(left.toList()).isEqualTo(List.of(directory.resolve("store/paths")));
    }
  }
}
