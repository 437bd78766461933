package dev.gnomon.artifacts;

import dev.gnomon.artifacts.internal.DirectoryObjects;
import dev.gnomon.artifacts.spi.ObjectStore;
import dev.gnomon.artifacts.spi.ObjectStoreProvider;
import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Files under paths. Each content is kept once, under its SHA-256, and never changes; a path is an
/// entry that names a content. So a file appears, changes and goes in one step, whatever happens
/// meanwhile, and what is read is what was put, or an error ([DamagedArtifact]).
///
/// ```java
/// try (Artifacts artifacts = Artifacts.open(".gnomon/artifacts", Map.of(), clock)) {
///   ArtifactFile file = artifacts.put(new ArtifactPath("7/3f/artifacts/plot.png"), in);
///   InputStream back = artifacts.read(file, 0, file.size());
/// }
/// ```
///
/// For any number of threads. Nothing is ever held in memory beyond a mebibyte or so for each call.
public final class Artifacts implements AutoCloseable {
  private static final int AT_ONCE = 32;

  private final ObjectStore store;
  private final Contents contents;
  private final InstantSource clock;

  public Artifacts(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.contents = new Contents(store, ConcurrentHashMap.newKeySet());
    this.clock = clock;
  }

  /// @param where a directory, which is made when it is not there, or an address such as
  ///   `s3://bucket/prefix`
  /// @param settings for engines; usually the environment
  /// @throws BadInput when there is no engine for such an address, naming those there are
  public static Artifacts open(String where, Map<String, String> settings, InstantSource clock) {
    int colon = where.indexOf("://");
    if (colon < 0) {
      try {
        return new Artifacts(DirectoryObjects.open(Path.of(where)), clock);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    TreeMap<String, ObjectStoreProvider> providers = new TreeMap<>();
    for (ObjectStoreProvider one : ServiceLoader.load(ObjectStoreProvider.class)) {
      one.schemes().forEach(scheme -> providers.put(scheme, one));
    }
    ObjectStoreProvider provider = providers.get(where.substring(0, colon));
    if (provider == null) {
      throw new BadInput(
          "artifacts",
          "no engine for '%s'".formatted(where.substring(0, colon)),
          "a directory; on the class path: "
              + (providers.isEmpty()
                  ? "none; add the module gnomon-engine-s3"
                  : String.join(", ", providers.keySet())));
    }
    URI address;
    try {
      address = URI.create(where);
    } catch (IllegalArgumentException e) {
      throw new BadInput("artifacts", "'%s' is no address".formatted(where), "s3://bucket/prefix");
    }
    return new Artifacts(provider.open(address, settings), clock);
  }

  /// Keeps a file as it arrives; one of that path is replaced.
  ///
  /// @throws Occupied when a directory has that path, or a file that of a directory on the way
  public ArtifactFile put(ArtifactPath path, InputStream content) throws IOException {
    return put(path, content, Expected.NOTHING);
  }

  /// As above, if it is what the sender said.
  ///
  /// @throws WrongContent when it is not; nothing changes then
  public ArtifactFile put(ArtifactPath path, InputStream content, Expected expected)
      throws IOException {
    requireFree(path);
    return enter(path, contents.take(content, expected));
  }

  ArtifactFile enter(ArtifactPath path, Contents.Content content) throws IOException {
    var now = clock.instant();
    contents.enter(ObjectKeys.file(path), content, now);
    return new ArtifactFile(path, content.size(), content.sha256(), now);
  }

  Contents contents() {
    return contents;
  }

  ObjectStore store() {
    return store;
  }

  InstantSource clock() {
    return clock;
  }

  /// Files that arrive in parts.
  public Uploads uploads() {
    return new Uploads(this);
  }

  /// @throws Occupied when a file can't have this path
  void requireFree(ArtifactPath path) throws IOException {
    if (path.isRoot()) {
      throw new InvalidPath();
    }
    List<String> parts = path.parts();
    for (int i = 1; i < parts.size(); i++) {
      ArtifactPath above = new ArtifactPath(String.join("/", parts.subList(0, i)));
      if (store.find(ObjectKeys.file(above)).isPresent()) {
        throw new Occupied("'%s' is a file, and so holds no '%s'".formatted(above, path.name()));
      }
    }
    if (isDirectory(path)) {
      throw new Occupied("'%s' is a directory".formatted(path));
    }
  }

  public Optional<ArtifactFile> find(ArtifactPath path) throws IOException {
    return path.isRoot()
        ? Optional.empty()
        : contents
            .entry(ObjectKeys.file(path))
            .map(entry ->
                new ArtifactFile(
                    path, entry.content().size(), entry.content().sha256(), entry.stored()));
  }

  /// Whether it is the root, or there is something below.
  public boolean isDirectory(ArtifactPath path) throws IOException {
    return path.isRoot() || !store.list(ObjectKeys.directory(path), null, 1).parts().isEmpty();
  }

  /// The bytes of a file from `from` up to before `until`. What is damaged is not given out:
  /// reading fails with [DamagedArtifact] before it.
  public InputStream read(ArtifactFile file, long from, long until) {
    return contents.read(new Contents.Content(file.sha256(), file.size()), from, until);
  }

  /// Reads a file to its end if reading found it damaged before, in this process, and it was not
  /// put again since. So nobody is told by its hash alone that it is there.
  ///
  /// @throws DamagedArtifact when it still is
  public void recheck(ArtifactFile file) throws IOException {
    if (contents.damaged().contains(file.sha256())) {
      contents.readAll(new Contents.Content(file.sha256(), file.size()));
      contents.damaged().remove(file.sha256());
    }
  }

  /// Looks at every file.
  ///
  /// @param quick only that contents are there with their lengths, instead of reading them all
  public Verified verify(boolean quick) throws IOException {
    return new Verification(this, quick).run();
  }

  /// What a directory holds; nothing for a file, or for what is not there.
  ///
  /// @param token of the page before; null for the first page
  /// @throws IllegalArgumentException when the token is none
  public ArtifactList list(ArtifactPath directory, @Nullable String token, int most)
      throws IOException {
    String prefix = ObjectKeys.directory(directory);
    ObjectStore.Listing page = store.list(prefix, token, most);
    List<ArtifactList.Entry> entries = new ArrayList<>();
    for (Optional<ArtifactList.Entry> entry : entries(prefix, page.parts())) {
      entry.ifPresent(entries::add);
    }
    entries.sort(
        Comparator.comparing((ArtifactList.Entry entry) -> !entry.directory())
            .thenComparing(ArtifactList.Entry::name));
    return new ArtifactList(List.copyOf(entries), page.next());
  }

  private List<Optional<ArtifactList.Entry>> entries(String prefix, List<String> parts)
      throws IOException {
    List<Optional<ArtifactList.Entry>> out = new ArrayList<>();
    if (!store.distant()) {
      for (String part : parts) {
        out.add(entry(prefix, part));
      }
      return out;
    }
    Semaphore free = new Semaphore(AT_ONCE);
    try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<ArtifactList.Entry>>> asked = new ArrayList<>();
      for (String part : parts) {
        asked.add(
            asking.submit(() -> {
              free.acquire();
              try {
                return entry(prefix, part);
              } finally {
                free.release();
              }
            }));
      }
      for (Future<Optional<ArtifactList.Entry>> one : asked) {
        out.add(one.get());
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private Optional<ArtifactList.Entry> entry(String prefix, String part) throws IOException {
    if (part.endsWith("/")) {
      return Optional.of(
          new ArtifactList.Entry(ObjectKeys.name(part.substring(0, part.length() - 1)), true, -1));
    }
    // It may be gone by now.
    return contents
        .entry(prefix + part)
        .map(entry -> new ArtifactList.Entry(ObjectKeys.name(part), false, entry.content().size()));
  }

  /// Takes away a file, or a directory with all that is in it. Contents stay until they are
  /// collected.
  ///
  /// @return how many files went
  public int delete(ArtifactPath path) throws IOException {
    if (path.isRoot()) {
      throw new InvalidPath();
    }
    int gone = store.delete(ObjectKeys.file(path)) ? 1 : 0;
    List<String> below = new ArrayList<>();
    store.walk(ObjectKeys.directory(path), info -> below.add(info.key()));
    for (String key : below) {
      gone += store.delete(key) ? 1 : 0;
    }
    return gone;
  }

  /// Removes contents that nothing points at, and uploads and drafts that were never finished.
  ///
  /// @param grace how long what was touched last is left alone; longer than any upload lasts
  /// @param dryRun only say what would go
  /// @throws DamagedArtifact when an entry can't be read: then nobody knows what it needs, and
  ///   nothing is removed
  public Collected collect(Duration grace, boolean dryRun) throws IOException {
    return new Collection(this, clock.instant().minus(grace), dryRun).run();
  }

  @Override
  public void close() {
    store.close();
  }
}
