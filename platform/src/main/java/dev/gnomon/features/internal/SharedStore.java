package dev.gnomon.features.internal;

import dev.gnomon.core.Refusal;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures.Ingested;
import dev.gnomon.features.OnlineFeatures.Size;
import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.StoreReadings;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.features.internal.KeyFold.Folded;
import dev.gnomon.features.spi.KeyRecords.Found;
import dev.gnomon.operators.EventColumns;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Online features whose state several nodes share. Reads fetch what is known of a key in one round
/// trip and fold it; [SharedFeed] brings in what arrives.
///
/// Nothing is answered from a store that may lack anything: then reads throw [StoreUnavailable], at
/// once or after the deadline.
public final class SharedStore implements OnlineState {
  /// Keys being compacted at one time.
  private static final int COMPACTING = 256;

  /// How long an erasure waits for what the logs hold to be in the store.
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private final FeatureProgram program;
  private final SourceProgram[] sources;
  private final Map<String, Integer> indexOf = new HashMap<>();
  private final int[] groupOf;
  private final long history;
  private final SharedSettings settings;
  private final SharedFeed feed;
  private final StoreGuard guard;
  private final ThreadLocal<KeyFold> folds;
  private final Set<String> compacting = ConcurrentHashMap.newKeySet();
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("online-store-compaction").factory());
  private final AtomicLong newestArrival = new AtomicLong(Times.MISSING);

  public SharedStore(FeatureProgram program, Duration history, SharedSettings settings) {
    this.program = program;
    this.sources = program.sources().toArray(SourceProgram[]::new);
    for (int s = 0; s < sources.length; s++) {
      indexOf.put(sources[s].spec().name(), s);
    }
    this.groupOf = groupsOf(program);
    this.history = ProgramCompiler.micros(history);
    this.settings = settings;
    this.guard = new StoreGuard(settings.deadline(), settings.atOnce(), settings.nanos());
    this.folds = ThreadLocal.withInitial(() -> new KeyFold(sources));
    this.feed = new SharedFeed(program, history, settings, this::saw);
  }

  /// What the state is made from when the store is empty.
  ///
  /// @param origin a fingerprint of the files: another one has the state made anew
  public void load(SourceOpener opener, String origin, long now) {
    saw(now);
    feed.from(opener, origin, now);
  }

  /// Follows the log of a source.
  public void follow(String source, ArrivedRows rows) {
    Integer index = indexOf.get(source);
    if (index != null) {
      feed.follow(index, source, rows);
    }
  }

  /// Begins to follow, and to answer as soon as everything is there.
  public void start() {
    feed.start();
  }

  /// Waits a little until what is in the log up to there can be read by every node.
  public void await(String source, long position) {
    feed.await(source, position, settings.visible());
  }

  /// How reads go.
  public StoreReadings readings() {
    return guard.readings(feed.live() != null);
  }

  private void saw(long arrival) {
    newestArrival.accumulateAndGet(arrival, Math::max);
  }

  @Override
  public boolean uses(String source) {
    return indexOf.containsKey(source);
  }

  /// Takes nothing: a row comes in by the log that it stands in, which is looked at now.
  @Override
  public Ingested ingest(String source, Row row, long arrivedAt) {
    feed.wake();
    return uses(source) ? Ingested.ADDED : Ingested.LEFT_OUT;
  }

  /// Takes nothing either.
  @Override
  public Ingested replay(String source, Row row, long arrivedAt) {
    return uses(source) ? Ingested.ADDED : Ingested.LEFT_OUT;
  }

  /// Not counted: the keys are elsewhere.
  @Override
  public Size size() {
    return new Size(0, 0, 0);
  }

  @Override
  public long answerable() {
    long newest = newestArrival.get();
    return newest == Times.MISSING ? Times.MISSING : newest - history;
  }

  /// Why reads are refused, if they are.
  public Optional<String> trouble() {
    return feed.live() == null ? Optional.of(feed.trouble()) : Optional.empty();
  }

  /// Fills all features; returns whether anything is known of the key. One round trip, and a second
  /// one where the keys of further entities follow from the first.
  ///
  /// @throws StoreUnavailable when the store does not answer in time or may lack something
  @Override
  public boolean read(String key, long at, FeatureRow out, long until) {
    KeyFold fold = folds.get();
    Folded folded = fetch(List.of(name(0, key)), fold, at, until).getFirst();
    out.clear();
    fill(0, folded, fold, at, out);
    readOthers(key, at, out, until);
    program.derive(out, at);
    return !folded.isEmpty();
  }

  @Override
  public void readOthers(String key, long at, FeatureRow out, long until) {
    if (program.groups().size() == 1) {
      return;
    }
    List<String> names = new ArrayList<>();
    int[] place = new int[program.groups().size()];
    for (int g = 1; g < place.length; g++) {
      String other = program.groups().get(g).key(key, out, program.row());
      place[g] = other == null ? -1 : names.size();
      if (other != null) {
        names.add(name(g, other));
      }
    }
    KeyFold fold = folds.get();
    List<Folded> folded = names.isEmpty() ? List.of() : fetch(names, fold, at, until);
    for (int g = 1; g < place.length; g++) {
      fill(g, place[g] < 0 ? fold.nothing() : folded.get(place[g]), fold, at, out);
    }
  }

  private void fill(int group, Folded folded, KeyFold fold, long at, FeatureRow out) {
    for (int s = 0; s < sources.length; s++) {
      if (groupOf[s] == group) {
        fold.read(folded, s, at, out);
      }
    }
  }

  @Override
  public boolean knows(String key) {
    return !fetch(List.of(name(0, key)), folds.get(), Long.MAX_VALUE, USUAL).getFirst().isEmpty();
  }

  @Override
  public long newest(String source, String key, long at) {
    Integer index = indexOf.get(source);
    if (index == null || groupOf[index] != 0) {
      return Times.MISSING;
    }
    Object state = fetch(List.of(name(0, key)), folds.get(), at, USUAL).getFirst().states()[index];
    return switch (state) {
      case KeyState events -> {
        long newest = events.newest(at);
        yield newest == EventColumns.ALWAYS ? Times.MISSING : newest;
      }
      case KeyStates rows -> rows.newest(at);
      case null, default -> Times.MISSING;
    };
  }

  private List<Folded> fetch(List<String> names, KeyFold fold, long at, long until) {
    SharedFeed.Live live = feed.live();
    if (live == null) {
      throw new StoreUnavailable(feed.trouble());
    }
    List<Found> found = found(live, names, until);
    List<Folded> all = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      Folded folded;
      try {
        folded = fold.fold(found.get(i));
      } catch (IOException e) {
        throw new StoreUnavailable("the online store holds what can't be read: " + e.getMessage());
      }
      if (at < folded.answerable()) {
        throw new Refusal(
            "at",
            "%s lies before the retained state".formatted(Times.instant(at)),
            "a time from %s on".formatted(Times.instant(folded.answerable())));
      }
      all.add(folded);
      String name = names.get(i);
      if (found.get(i).records().size() >= settings.compactAt()
          && compacting.size() < COMPACTING
          && compacting.add(name)) {
        background.execute(() -> compact(live, name));
      }
    }
    return all;
  }

  /// The group of entities that each source is about.
  static int[] groupsOf(FeatureProgram program) {
    return program.sources().stream().mapToInt(one -> program.groupOf(one.spec())).toArray();
  }

  /// The name of a key in the store: keys of different entities lie apart.
  static String name(int group, String key) {
    return group + ":" + key;
  }

  private List<Found> found(SharedFeed.Live live, List<String> names, long until) {
    long usual = settings.nanos().getAsLong() + settings.deadline().toNanos();
    try {
      Optional<List<Found>> found =
          guard.read(
              () -> live.records().read(live.epoch(), names),
              () -> live.records().isOpen(),
              until == USUAL ? usual : until);
      if (found.isEmpty()) {
        feed.doubt(live);
        throw new StoreUnavailable("the online store is not filled");
      }
      return found.get();
    } catch (StoreGuard.Failed e) {
      feed.doubt(live);
      throw new StoreUnavailable("the online store is away");
    }
  }

  /// Reads again, as more may have come, and leaves one state in the place of what was read.
  private void compact(SharedFeed.Live live, String name) {
    try {
      KeyFold fold = folds.get();
      Optional<List<Found>> found =
          live.records()
              .read(live.epoch(), List.of(name))
              .toCompletableFuture()
              .get(1, TimeUnit.SECONDS);
      if (found.isPresent() && !found.get().getFirst().records().isEmpty()) {
        Found seen = found.get().getFirst();
        Folded folded = fold.compact(fold.fold(seen), answerable());
        live.records()
            .compact(live.epoch(), name, seen, fold.image(folded))
            .toCompletableFuture()
            .get(1, TimeUnit.SECONDS);
      }
    } catch (IOException | ExecutionException | TimeoutException | CancellationException e) {
      // The list stays as it is; another read tries again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      compacting.remove(name);
    }
  }

  /// Removes everything of a key, and of the keys that it forms together with others.
  ///
  /// @throws StoreUnavailable when the store is away, or can't be brought up to the logs: what they
  ///   still had to tell of the key would come afterwards
  @Override
  public void erase(String entity, String key) {
    SharedFeed.Live live = feed.live();
    if (live == null) {
      throw new StoreUnavailable(feed.trouble());
    }
    if (!feed.settled(SETTLING)) {
      throw new StoreUnavailable("the online store is behind the logs");
    }
    try {
      for (int g = 0; g < program.groups().size(); g++) {
        FeatureProgram.Group group = program.groups().get(g);
        if (group.entities().equals(List.of(entity))) {
          var _ = live.records().erase(live.epoch(), name(g, key));
        } else if (group.entities().contains(entity)) {
          Predicate<String> about = group.of(entity, key);
          String begin = name(g, "");
          for (String name : live.records().keys(live.epoch(), begin)) {
            if (about.test(name.substring(begin.length()))) {
              var _ = live.records().erase(live.epoch(), name);
            }
          }
        }
      }
    } catch (IOException e) {
      feed.doubt(live);
      throw new StoreUnavailable("the online store is away");
    }
  }

  /// The other nodes that write to the store.
  ///
  /// @throws StoreUnavailable when the store is away
  public List<String> others() {
    SharedFeed.Live live = feed.live();
    if (live == null) {
      throw new StoreUnavailable(feed.trouble());
    }
    try {
      return live.records().standing().nodes().stream()
          .filter(node -> !node.equals(settings.node()))
          .sorted()
          .toList();
    } catch (IOException e) {
      feed.doubt(live);
      throw new StoreUnavailable("the online store is away");
    }
  }

  @Override
  public void derive(FeatureRow row, long at) {
    program.derive(row, at);
  }

  @Override
  public void close() {
    background.shutdownNow();
    feed.close();
  }
}
