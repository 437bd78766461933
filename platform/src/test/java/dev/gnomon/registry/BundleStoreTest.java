package dev.gnomon.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleManifest.Bounds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleStoreTest {
  @TempDir Path directory;
  private BundleStore store;

  @BeforeEach
  void open() {
    store = new BundleStore(directory.resolve("bundles"));
  }

  private Path stage(String name, String... pathsAndTexts) throws IOException {
    Path staged = directory.resolve(name);
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      Path file = staged.resolve(pathsAndTexts[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, pathsAndTexts[i + 1]);
    }
    return staged;
  }

  private Path simple() throws IOException {
    return stage("simple", "bundle.json", "{}", "model/model.json", "abc");
  }

  private byte[] zip(String hash) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.exportZip(hash, out);
    return out.toByteArray();
  }

  @Test
  void theHashIsThatOfTheSortedManifest() throws Exception {
    // with the published SHA-256 of "abc", and what sha256sum says of "{}"
    String manifest =
        """
        44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a 2 bundle.json
        ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3 model/model.json
        """;
    String hash = store.store(simple());
    assertThat(hash)
        .isEqualTo(
            java.util.HexFormat.of()
                .formatHex(
                    java.security.MessageDigest.getInstance("SHA-256")
                        .digest(manifest.getBytes(UTF_8))));
    assertThat(store.open(hash).resolve("model/model.json")).hasContent("abc");
    assertThat(store.list()).containsExactly(hash);
  }

  @Test
  void provenanceDoesNotCountAndTheFirstOneStays() throws IOException {
    String first = store.store(stage("a", "bundle.json", "{}", "provenance/run.json", "monday"));
    String second = store.store(stage("b", "bundle.json", "{}", "provenance/run.json", "friday"));
    assertThat(second).isEqualTo(first);
    assertThat(store.open(first).resolve("provenance/run.json")).hasContent("monday");
    try (Stream<Path> left = Files.list(directory.resolve("bundles"))) {
      assertThat(left).as("nothing temporary stays").hasSize(1);
    }
  }

  @Test
  void refusesAChangedBundleNamingTheFiles() throws IOException {
    String hash = store.store(simple());
    Path bundle = store.open(hash);
    Files.writeString(bundle.resolve("model/model.json"), "abd");
    Files.delete(bundle.resolve("bundle.json"));
    Files.writeString(bundle.resolve("extra"), "");
    assertThatThrownBy(() -> store.open(hash))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(
            "bundle.json is missing, model/model.json was changed, extra was added");
  }

  @Test
  void storingAgainHealsADamagedBundle() throws IOException {
    String hash = store.store(simple());
    Files.writeString(store.open(hash).resolve("bundle.json"), "[]");
    assertThat(store.store(simple())).isEqualTo(hash);
    assertThat(store.open(hash).resolve("bundle.json")).hasContent("{}");
  }

  @Test
  void fourThreadsStoringTheSameGetOneBundle() throws Exception {
    Path staged = simple();
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        tasks.add(() -> store.store(staged));
      }
      for (var stored : threads.invokeAll(tasks)) {
        assertThat(store.open(stored.get())).isDirectory();
      }
    }
    try (Stream<Path> left = Files.list(directory.resolve("bundles"))) {
      assertThat(left).as("none was moved aside as damaged").hasSize(1);
    }
  }

  @Test
  void aZipGoesRoundAndIsTheSameEveryTime() throws IOException {
    String hash = store.store(simple());
    byte[] zip = zip(hash);
    assertThat(zip(hash)).isEqualTo(zip);
    BundleStore other = new BundleStore(directory.resolve("other"));
    assertThat(other.importZip(new ByteArrayInputStream(zip))).isEqualTo(hash);
    assertThat(other.open(hash).resolve("model/model.json")).hasContent("abc");
  }

  private static byte[] archive(String name, int bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(new byte[bytes]);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "a//b",
        "./a",
        "..",
        "../",
        "C:\\evil",
        "a\\..\\b",
        "a/.hidden",
        "a\nb",
        "a\u0000b",
        "ü"
      })
  void anArchiveCannotNameAPathOutside(String name) throws IOException {
    byte[] archive = archive(name, 1);
    assertThatThrownBy(() -> store.importZip(new ByteArrayInputStream(archive)))
        .isInstanceOf(BadInput.class);
    try (Stream<Path> left = Files.walk(directory)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void anArchiveThatUnpacksTooLargeIsStopped() throws IOException {
    BundleStore bounded = new BundleStore(directory.resolve("bounded"), new Bounds(10, 1 << 20));
    byte[] bomb = archive("model", 1 << 24);
    assertThat(bomb).hasSizeLessThan(1 << 15);
    assertThatThrownBy(() -> bounded.importZip(new ByteArrayInputStream(bomb)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("at most 10 files and 1048576 bytes");
    assertThat(directory.resolve("bounded")).isEmptyDirectory();
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path staged = simple();
    Files.createSymbolicLink(staged.resolve("link"), staged.resolve("bundle.json"));
    assertThatThrownBy(() -> store.store(staged))
        .isInstanceOf(BadInput.class)
        .hasMessage("link: not a regular file; a bundle has no links");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "abc", "../../../../../../etc"})
  void aNameThatIsNoHashIsRefused(String name) {
    assertThatThrownBy(() -> store.open(name)).isInstanceOf(BadInput.class);
  }

  @Test
  void aCutOffArchiveIsRefused() throws IOException {
    byte[] zip = zip(store.store(simple()));
    BundleStore other = new BundleStore(directory.resolve("other"));
    for (int length = 0; length < zip.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(zip, length);
      assertThatThrownBy(() -> other.importZip(new ByteArrayInputStream(cut)))
          .isInstanceOf(BadInput.class);
    }
    assertThat(directory.resolve("other")).isEmptyDirectory();
  }

  @Test
  void whatIsNoZipIsRefused() {
    assertThatThrownBy(() -> store.importZip(new ByteArrayInputStream("hello".getBytes(UTF_8))))
        .isInstanceOf(BadInput.class);
  }
}
