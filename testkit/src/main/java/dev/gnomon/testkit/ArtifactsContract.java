package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.artifacts.ArtifactFile;
import dev.gnomon.artifacts.ArtifactList;
import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.Collected;
import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.artifacts.Expected;
import dev.gnomon.artifacts.InvalidPath;
import dev.gnomon.artifacts.Occupied;
import dev.gnomon.artifacts.Uploads;
import dev.gnomon.artifacts.WrongContent;
import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store of artifacts must do, seen through [Artifacts]. A test class extends it and
/// opens an empty store.
@SuppressWarnings("NullAway.Init") // the store is opened before each test
public abstract class ArtifactsContract {
  private static final int BLOCK = 1 << 20;
  private static final Duration DAY = Duration.ofDays(1);

  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  /// Begins at the time of the store, which knows the true time only.
  protected final SettableClock clock = new SettableClock(Instant.EPOCH);

  protected ObjectStore store;
  protected Artifacts artifacts;

  /// An empty store.
  protected abstract ObjectStore openEmpty() throws Exception;

  @BeforeEach
  void openArtifacts() throws Exception {
    store = openEmpty();
    store.put("probe/x", new byte[1]);
    clock.set(store.find("probe/x").orElseThrow().modified());
    store.delete("probe/x");
    artifacts = new Artifacts(store, clock);
  }

  @AfterEach
  void closeArtifacts() {
    artifacts.close();
  }

  protected static ArtifactPath path(String text) {
    return new ArtifactPath(text);
  }

  protected static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  protected ArtifactFile put(String path, byte[] content) throws IOException {
    return artifacts.put(path(path), new ByteArrayInputStream(content));
  }

  protected byte[] get(String path) throws IOException {
    ArtifactFile file = artifacts.find(path(path)).orElseThrow();
    try (InputStream in = artifacts.read(file, 0, file.size())) {
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String contentKey(ArtifactFile file) {
    return "contents/" + file.sha256().substring(0, 2) + "/" + file.sha256();
  }

  private List<String> contents() throws IOException {
    List<String> keys = new ArrayList<>();
    store.walk("contents/", info -> keys.add(info.key()));
    return keys;
  }

  @Test
  void givesBackWhatWasPutWhateverItsLengthAndName() throws Exception {
    List<String> names =
        List.of(
            "model.pkl",
            "with blank.txt",
            "été/模型/модель.bin",
            "emoji 😀.txt",
            "100%.txt",
            "a%20b",
            "q'\"<>|*~:;&=+@,.x",
            ".hidden",
            "dot.",
            "CON",
            "A",
            "a");
    List<Integer> lengths = List.of(0, 1, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17, 0, 5);
    for (int i = 0; i < names.size(); i++) {
      byte[] content = bytes(i, lengths.get(i % lengths.size()));
      ArtifactFile file = put("7/run/artifacts/" + names.get(i), content);
      assertThat(file.sha256()).isEqualTo(sha256(content));
      assertThat(file.size()).isEqualTo(content.length);
    }
    for (int i = 0; i < names.size(); i++) {
      assertThat(get("7/run/artifacts/" + names.get(i)))
          .as(names.get(i))
          .isEqualTo(bytes(i, lengths.get(i % lengths.size())));
    }
    Set<String> found = new TreeSet<>();
    walk("7/run/artifacts", "", found);
    assertThat(found).containsExactlyInAnyOrderElementsOf(names);
  }

  private void walk(String directory, String within, Set<String> found) throws IOException {
    for (ArtifactList.Entry entry : artifacts.list(path(directory), null, 1_000).entries()) {
      String name = within.isEmpty() ? entry.name() : within + "/" + entry.name();
      if (entry.directory()) {
        walk(directory + "/" + entry.name(), name, found);
      } else {
        found.add(name);
      }
    }
  }

  @Test
  void keepsLargeFiles() throws IOException {
    byte[] content = bytes(3, 21 * BLOCK + 5);
    put("1/r/artifacts/large", content);
    assertThat(Arrays.equals(get("1/r/artifacts/large"), content)).isTrue();
  }

  @Test
  void givesAnyRange() throws IOException {
    Random random = new Random(5);
    for (int length : new int[] {0, 1, 1000, BLOCK, 2 * BLOCK + 77}) {
      byte[] content = bytes(length, length);
      ArtifactFile file = put("1/r/artifacts/f" + length, content);
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(length + 1);
        int until = from + random.nextInt(length - from + 1);
        try (InputStream in = artifacts.read(file, from, until)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, until));
        }
      }
    }
  }

  @Test
  void keepsAContentOnce() throws IOException {
    byte[] content = bytes(1, 5_000);
    put("1/a/artifacts/x", content);
    put("1/b/artifacts/y", content);
    put("1/b/artifacts/y", content);
    assertThat(contents()).hasSize(1);
    artifacts.delete(path("1/a"));
    assertThat(get("1/b/artifacts/y")).isEqualTo(content);
  }

  @Test
  void replacesAFileInOneStep() throws IOException {
    put("1/a/artifacts/x", bytes(1, 50));
    put("1/a/artifacts/x", bytes(2, 60));
    assertThat(get("1/a/artifacts/x")).isEqualTo(bytes(2, 60));
    assertThat(artifacts.list(path("1/a/artifacts"), null, 10).entries())
        .containsExactly(new ArtifactList.Entry("x", false, 60));
  }

  @Test
  void keepsOneOfSixteenThatWriteTheSamePathAtOnce() throws Exception {
    int writers = 16;
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      all.add(bytes(100 + i, 40_000 + i));
    }
    put("1/a/artifacts/x", all.getFirst());
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(writers + 1)) {
      List<Future<?>> done = new ArrayList<>();
      for (byte[] one : all) {
        Callable<?> write =
            () -> {
              go.await();
              for (int i = 0; i < 3; i++) {
                put("1/a/artifacts/x", one);
              }
              return true;
            };
        done.add(threads.submit(write));
      }
      Future<?> reader =
          threads.submit(() -> {
            go.await();
            for (int i = 0; i < 20; i++) {
              byte[] read = get("1/a/artifacts/x");
              assertThat(all.stream().anyMatch(one -> Arrays.equals(one, read))).isTrue();
            }
            return true;
          });
      go.countDown();
      for (Future<?> one : done) {
        one.get();
      }
      reader.get();
    }
    byte[] left = get("1/a/artifacts/x");
    assertThat(all.stream().anyMatch(one -> Arrays.equals(one, left))).isTrue();
    assertThat(store.sweep(LATER, true)).isZero();
  }

  @Test
  void refusesWhatIsDamagedBeforeAnyOfItIsGivenOut() throws IOException {
    ArtifactFile small = put("1/a/artifacts/small", bytes(1, 500));
    byte[] other = bytes(1, 500);
    other[3] ^= 1;
    store.put(contentKey(small), other);
    assertThatThrownBy(() -> get("1/a/artifacts/small")).isInstanceOf(DamagedArtifact.class);
    store.put(contentKey(small), bytes(1, 499));
    assertThatThrownBy(() -> get("1/a/artifacts/small")).isInstanceOf(DamagedArtifact.class);
    // Put again it is mended.
    put("1/a/artifacts/again", bytes(1, 500));
    assertThat(get("1/a/artifacts/small")).isEqualTo(bytes(1, 500));

    byte[] large = bytes(2, 3 * BLOCK);
    ArtifactFile file = put("1/a/artifacts/large", large);
    byte[] damaged = large.clone();
    damaged[BLOCK + 9] ^= 1;
    store.put(contentKey(file), damaged);
    try (InputStream in = artifacts.read(file, 0, file.size())) {
      assertThat(in.readNBytes(BLOCK)).isEqualTo(Arrays.copyOf(large, BLOCK));
      assertThatThrownBy(() -> in.read()).isInstanceOf(DamagedArtifact.class);
    }
    try (InputStream in = artifacts.read(file, 2 * BLOCK + 1, file.size())) {
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(large, 2 * BLOCK + 1, large.length));
    }
    store.delete("sums" + contentKey(file).substring("contents".length()));
    assertThatThrownBy(() -> get("1/a/artifacts/large")).isInstanceOf(DamagedArtifact.class);
  }

  @Test
  @SuppressWarnings("InputStreamSlowMultibyteRead") // as slow as a client
  void leavesNothingOfWhatBreaksOff() throws IOException {
    put("1/a/artifacts/x", bytes(1, 50));
    InputStream broken =
        new InputStream() {
          private int left = 12 * BLOCK;

          @Override
          public int read() throws IOException {
            if (left-- == 0) {
              throw new IOException("the client went away");
            }
            return 1;
          }
        };
    assertThatThrownBy(() -> artifacts.put(path("1/a/artifacts/x"), broken))
        .hasMessageContaining("went away");
    assertThatThrownBy(
            () -> {
              artifacts.put(
                  path("1/a/artifacts/x"),
                  new ByteArrayInputStream(bytes(2, 50)),
                  new Expected(Optional.of("0".repeat(64)), -1));
            })
        .isInstanceOf(WrongContent.class);
    assertThat(get("1/a/artifacts/x")).isEqualTo(bytes(1, 50));
    assertThat(contents()).hasSize(1);
    assertThat(store.sweep(LATER, true)).isZero();
  }

  @Test
  void tellsFilesFromDirectories() throws IOException {
    put("1/a/artifacts/d/x", bytes(1, 5));
    assertThatThrownBy(() -> put("1/a/artifacts/d", bytes(1, 5))).isInstanceOf(Occupied.class);
    assertThatThrownBy(() -> put("1/a/artifacts/d/x/y", bytes(1, 5))).isInstanceOf(Occupied.class);
    assertThatThrownBy(() -> artifacts.put(ArtifactPath.ROOT, InputStream.nullInputStream()))
        .isInstanceOf(InvalidPath.class);
    assertThat(artifacts.list(path("1/a/artifacts/d/x"), null, 10).entries()).isEmpty();
    assertThat(artifacts.list(path("1/nowhere"), null, 10).entries()).isEmpty();
    assertThat(artifacts.find(path("1/a/artifacts/d"))).isEmpty();
    assertThat(artifacts.isDirectory(path("1/a/artifacts/d"))).isTrue();
    assertThat(artifacts.isDirectory(path("1/a/artifacts/d/x"))).isFalse();
  }

  @Test
  void listsEachEntryOncePageByPage() throws IOException {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 7; i++) {
      put("1/a/artifacts/file" + i, bytes(i, i));
      put("1/a/artifacts/directory" + i + "/x", bytes(i, i));
      put("1/a/artifacts/directory" + i + "/y", bytes(i, i));
      names.add("file" + i);
      names.add("directory" + i);
    }
    List<String> found = new ArrayList<>();
    @Nullable String token = null;
    do {
      ArtifactList page = artifacts.list(path("1/a/artifacts"), token, 3);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(3);
      page.entries().forEach(entry -> found.add(entry.name()));
      token = page.next();
    } while (token != null);
    assertThat(found).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void deletesFilesAndDirectoriesAndNothingElse() throws IOException {
    put("1/a/artifacts/x", bytes(1, 5));
    put("1/a/artifacts/d/x", bytes(1, 5));
    put("1/a/artifacts/d/e/x", bytes(1, 5));
    put("1/a/artifacts/dd", bytes(1, 5));
    assertThat(artifacts.delete(path("1/a/artifacts/d"))).isEqualTo(2);
    assertThat(artifacts.list(path("1/a/artifacts"), null, 10).entries())
        .extracting(ArtifactList.Entry::name)
        .containsExactly("dd", "x");
    artifacts.delete(path("1/a/artifacts/d"));
    artifacts.delete(path("1/a/artifacts/x"));
    assertThat(artifacts.find(path("1/a/artifacts/x"))).isEmpty();
    assertThatThrownBy(() -> artifacts.delete(ArtifactPath.ROOT)).isInstanceOf(InvalidPath.class);
    // The place of a directory that is gone may be a file's.
    put("1/a/artifacts/d", bytes(1, 5));
  }

  private static Uploads.Part sent(Uploads.Part part) {
    return new Uploads.Part(part.number(), "\"" + part.etag() + "\"", -1);
  }

  @Test
  void putsPartsTogetherWhateverTheirOrder() throws IOException {
    Uploads uploads = artifacts.uploads();
    ArtifactPath path = path("1/a/artifacts/large");
    byte[] whole = bytes(9, 2 * BLOCK + 300);
    String id = uploads.begin(path, Optional.empty());
    List<Uploads.Part> parts = new ArrayList<>();
    for (int number : new int[] {3, 1, 2}) {
      byte[] part =
          Arrays.copyOfRange(whole, (number - 1) * BLOCK, Math.min(whole.length, number * BLOCK));
      uploads.put(path, id, number, new ByteArrayInputStream(bytes(number, 10)));
      parts.add(sent(uploads.put(path, id, number, new ByteArrayInputStream(part))));
      assertThat(artifacts.find(path)).isEmpty();
    }
    ArtifactFile file = uploads.complete(path, id, parts);
    assertThat(Arrays.equals(get("1/a/artifacts/large"), whole)).isTrue();
    // The answer got lost; the client asks again.
    assertThat(uploads.complete(path, id, parts).sha256()).isEqualTo(file.sha256());
  }

  @Test
  void refusesPartsThatAreMissingOrOthers() throws IOException {
    Uploads uploads = artifacts.uploads();
    ArtifactPath path = path("1/a/artifacts/large");
    String id = uploads.begin(path, Optional.empty());
    Uploads.Part first = uploads.put(path, id, 1, new ByteArrayInputStream(bytes(1, 10)));
    assertThatThrownBy(() -> uploads.complete(path, id, List.of()))
        .isInstanceOf(WrongContent.class);
    assertThatThrownBy(
            () -> uploads.complete(path, id, List.of(first, new Uploads.Part(2, "", -1))))
        .hasMessage("part 2 was not sent");
    assertThatThrownBy(
            () -> uploads.complete(path, id, List.of(new Uploads.Part(1, "0".repeat(64), -1))))
        .hasMessage("part 1 is another one than was sent");
    assertThatThrownBy(() -> uploads.complete(path, id, List.of(first, first)))
        .hasMessage("part 1 stands twice");
    assertThatThrownBy(() -> uploads.put(path, id, 0, InputStream.nullInputStream()))
        .isInstanceOf(WrongContent.class);
    for (String other :
        List.of("x", "../../etc", "0".repeat(32), id.toUpperCase(java.util.Locale.ROOT) + "a")) {
      assertThatThrownBy(() -> uploads.put(path, other, 1, InputStream.nullInputStream()))
          .isInstanceOf(Uploads.NoSuchUpload.class);
    }
    assertThatThrownBy(
            () -> uploads.put(path("1/b/artifacts/x"), id, 1, InputStream.nullInputStream()))
        .isInstanceOf(Uploads.NoSuchUpload.class);
    uploads.abort(path, id);
    uploads.abort(path, id);
    assertThatThrownBy(() -> uploads.put(path, id, 2, InputStream.nullInputStream()))
        .isInstanceOf(Uploads.NoSuchUpload.class);
    assertThat(artifacts.find(path)).isEmpty();
  }

  @Test
  void goesOnWithAnUploadOfTheSameKey() throws IOException {
    ArtifactPath path = path("1/a/artifacts/large");
    String id = artifacts.uploads().begin(path, Optional.of("key"));
    Uploads.Part first =
        artifacts.uploads().put(path, id, 1, new ByteArrayInputStream(bytes(1, 10)));
    // Another process, after a restart.
    Uploads later = new Artifacts(store, clock).uploads();
    assertThat(later.begin(path, Optional.of("key"))).isEqualTo(id);
    assertThat(later.begin(path, Optional.of("other"))).isNotEqualTo(id);
    assertThat(later.parts(path, id)).containsExactly(first);
    Uploads.Part second = later.put(path, id, 2, new ByteArrayInputStream(bytes(2, 10)));
    later.complete(path, id, List.of(first, second));
    assertThat(get("1/a/artifacts/large")).hasSize(20).startsWith(bytes(1, 10));
    assertThat(later.begin(path, Optional.of("key"))).isEqualTo(id);
    assertThat(later.parts(path, id)).isEmpty();
  }

  @Test
  void collectsOnlyWhatNobodyNeedsAndNobodyTouchedLately() throws IOException {
    put("1/a/artifacts/kept", bytes(1, 10));
    put("1/a/artifacts/gone", bytes(2, 2 * BLOCK));
    put("1/a/artifacts/replaced", bytes(3, 30));
    put("1/a/artifacts/replaced", bytes(4, 40));
    artifacts.delete(path("1/a/artifacts/gone"));
    ArtifactPath path = path("1/a/artifacts/large");
    String id = artifacts.uploads().begin(path, Optional.empty());
    artifacts.uploads().put(path, id, 1, new ByteArrayInputStream(bytes(5, 50)));

    assertThat(artifacts.collect(DAY, false)).isEqualTo(new Collected(false, 0, 0, 0, 0, 5));
    clock.advance(DAY.plusMinutes(1));
    Collected would = artifacts.collect(DAY, true);
    assertThat(would).isEqualTo(new Collected(true, 3, 2 * BLOCK + 30 + 50, 1, 0, 2));
    assertThat(contents()).hasSize(5);
    Collected did = artifacts.collect(DAY, false);
    assertThat(did).isEqualTo(new Collected(false, 3, 2 * BLOCK + 30 + 50, 1, 0, 2));
    assertThat(contents()).hasSize(2);
    assertThat(get("1/a/artifacts/kept")).isEqualTo(bytes(1, 10));
    assertThat(get("1/a/artifacts/replaced")).isEqualTo(bytes(4, 40));
    List<String> sums = new ArrayList<>();
    store.walk("sums/", info -> sums.add(info.key()));
    assertThat(sums).isEmpty();
    assertThatThrownBy(() -> artifacts.uploads().parts(path, id))
        .isInstanceOf(Uploads.NoSuchUpload.class);
  }

  @Test
  void collectsNothingWhileAnEntryIsDamaged() throws IOException {
    put("1/a/artifacts/kept", bytes(1, 10));
    put("1/a/artifacts/gone", bytes(2, 10));
    artifacts.delete(path("1/a/artifacts/gone"));
    store.put("paths/d.1/f.odd", "1 half".getBytes(StandardCharsets.US_ASCII));
    clock.advance(DAY.plusMinutes(1));
    assertThatThrownBy(() -> artifacts.collect(DAY, false)).isInstanceOf(DamagedArtifact.class);
    assertThat(contents()).hasSize(2);
  }
}
