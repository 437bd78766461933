package dev.gnomon.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../b",
        "a/..",
        "a/ .. /b",
        "%2e%2e/x",
        "%2E%2e%2fx",
        "..%2fx",
        "a%2f..%2f..%2fx",
        "%252e%252e/x",
        "%252e%252e%252fx",
        "%25252e%25252e%25252fx",
        "%2525252525252e",
        "/etc/passwd",
        "%2fetc/passwd",
        "%252fetc/passwd",
        "//host/x",
        "C:/x",
        "c%3a/x",
        "C:",
        "a\\b",
        "a%5cb",
        "..%5c..%5cx",
        "a%255cb",
        "a%00b",
        "a%2500b",
        "a%0ab",
        "a%0d%0aSet-Cookie:x",
        "a%7fb",
        "a%23b",
        "a%3fb",
        "a?b",
        "a#b",
        "a//b",
        "a/",
        "./a",
        "a/./b",
        "a/ /b",
        "a%",
        "a%zz",
        "%c0%ae%c0%ae/x",
        "%e0%80%ae",
        "%ff",
        "%ed%a0%80"
      })
  void refusesWhatCouldLeadElsewhere(String raw) {
    assertThatThrownBy(() -> ArtifactPath.encoded(raw))
        .isInstanceOf(InvalidPath.class)
        .hasMessage("Invalid path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "7/3f/artifacts/model/MLmodel",
        "été/模型.bin",
        "a b/c+d",
        "...",
        "a..b",
        "..a/b..",
        "~root",
        "100%",
        "50%off",
        "a%20b",
        "ab:c",
        ".hidden"
      })
  void takesNamesOfAnyScript(String text) {
    ArtifactPath path = new ArtifactPath(text);
    assertThat(path.text()).isEqualTo(text);
    assertThat(
            ArtifactPath.encoded(
                URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20")))
        .isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(ints = {241, 701})
  void refusesWhatIsTooLong(int length) {
    assertThatThrownBy(() -> new ArtifactPath("a".repeat(length))).isInstanceOf(InvalidPath.class);
    assertThatThrownBy(() -> new ArtifactPath("a/".repeat(length / 2) + "a"))
        .isInstanceOf(InvalidPath.class);
  }

  @Provide
  Arbitrary<String> odd() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "..", ".", "/", "\\", "%2e", "%2f", "%252e", "%25", "%5c", "%00", "a", "b c", "é", "~",
            "C:", "#", "?", "\n", "%", " ", "%c0%ae", "模", "+");
    return pieces.list().ofMaxSize(8).map(list -> String.join("", list));
  }

  /// Whatever is taken stays inside, also when somebody behind decodes once or twice more.
  @Property(tries = 3_000)
  void leadsNowhereElse(@ForAll("odd") String raw) {
    Path root = Path.of("/store/root");
    Optional<ArtifactPath> path = taken(raw);
    if (path.isPresent()) {
      String text = path.get().text();
      for (int i = 0; i < 3; i++) {
        assertThat(text).doesNotContain("\\").doesNotContain("\0");
        assertThat(root.resolve(text).normalize().startsWith(root)).as(raw).isTrue();
        text = further(text);
      }
      String key = ObjectKeys.file(path.get());
      assertThat(key).matches("[A-Za-z0-9._=@,~+/-]+");
      assertThat(root.resolve(key).normalize()).isEqualTo(root.resolve(key));
    }
  }

  private static Optional<ArtifactPath> taken(String raw) {
    try {
      ArtifactPath path = ArtifactPath.encoded(raw);
      return path.isRoot() ? Optional.empty() : Optional.of(path);
    } catch (InvalidPath e) {
      return Optional.empty();
    }
  }

  private static String further(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /// A key stands for one name only, and gives it back.
  @Property(tries = 2_000)
  void keysGiveBackTheirNames(@ForAll String name) {
    Optional<ArtifactPath> path = taken(URLEncoder.encode(name, StandardCharsets.UTF_8));
    if (path.isPresent()) {
      for (String part : path.get().parts()) {
        String key = ObjectKeys.encoded(part);
        assertThat(key).matches("[A-Za-z0-9._=@,~+-]+").doesNotEndWith(".");
        assertThat(ObjectKeys.decoded(key)).isEqualTo(part);
      }
      assertThat(List.of(ObjectKeys.directory(path.get()), ObjectKeys.file(path.get())))
          .doesNotHaveDuplicates();
    }
  }
}
