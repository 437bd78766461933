package dev.gnomon.engines.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.backup.Backup;
import dev.gnomon.backup.Restore;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.testkit.SettableClock;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupTest {
  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

  private Home home() {
    return new Home(directory.resolve("home"));
  }

  private Registry registry(Home home) {
    return Registry.open("sqlite", Map.of("path", home.registry().toString()), clock);
  }

  private Tracking tracking(Home home) {
    return Tracking.open("sqlite", Map.of("path", home.tracking().toString()), clock);
  }

  private String bundle(Home home, int i) throws IOException {
    Path staged = Files.createDirectories(directory.resolve("staged" + i));
    Files.writeString(staged.resolve("bundle.json"), "{\"n\":" + i + "}");
    return new BundleStore(home.bundles()).store(staged);
  }

  /// Decisions carry the version that made them; each version is registered before it decides.
  @Test
  void aBackupTakenWhileEverythingIsWrittenIsWholeAndConsistent() throws Exception {
    Home home = home();
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicInteger champion = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    Path zip = directory.resolve("backup.zip");
    int before;
    try (Registry registry = registry(home);
        Tracking tracking = tracking(home);
        SegmentedLog log =
            SegmentedLog.open(
                home.decisions("churn"), LogSettings.DEFAULT.withSegmentBytes(64 << 10))) {
      Thread deciding =
          Thread.ofPlatform()
              .start(() -> {
                ByteBuffer body = ByteBuffer.allocate(8);
                try {
                  while (!stop.get()) {
                    body.putInt(0, acknowledged.get()).putInt(4, champion.get());
                    log.append(1, 0, body);
                    acknowledged.incrementAndGet();
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      Thread training =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 1; !stop.get() && i < 500; i++) {
                    int version =
                        registry.register("churn", bundle(home, i), true, "{}", "t").version();
                    registry.setAlias("churn", "champion", version, "t", "");
                    champion.set(version);
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      while (champion.get() < 5 || acknowledged.get() < 5_000) {
        Thread.onSpinWait();
      }
      before = acknowledged.get();
      tracking.createStudy("kept", null, List.of());
      Backup.Summary summary = Backup.write(home, registry, tracking, zip);
      stop.set(true);
      deciding.join();
      training.join();
      assertThat(summary.notes()).isEmpty();
      assertThat(summary.logRecords()).isGreaterThanOrEqualTo(before);
    }

    Home restored = new Home(directory.resolve("restored"));
    Restore.Summary summary = Restore.read(zip, restored);
    try (Registry registry = registry(restored);
        Tracking tracking = tracking(restored);
        SegmentedLog log = SegmentedLog.open(restored.decisions("churn"), LogSettings.DEFAULT)) {
      assertThat(tracking.studyByName("kept").id()).isEqualTo("1");
      assertThat(registry.verifyLedger().problem()).isEmpty();
      assertThat(registry.ledger(summary.ledgerEntries() - 1, 1).getFirst().hash())
          .isEqualTo(summary.ledgerHead());
      BundleStore bundles = new BundleStore(restored.bundles());
      for (ModelVersion version : registry.versions("churn")) {
        assertThat(bundles.open(version.bundleHash())).isDirectory();
      }
      int number = 0;
      int lastVersion = 0;
      try (LogReader reader = log.read(SegmentedLog.START)) {
        while (reader.next()) {
          assertThat(reader.body().order(java.nio.ByteOrder.BIG_ENDIAN).getInt())
              .isEqualTo(number++);
          lastVersion = ByteBuffer.wrap(reader.bytes()).getInt(4);
        }
        assertThat(reader.damaged()).isZero();
      }
      assertThat(number).isGreaterThanOrEqualTo(before);
      assertThat(registry.versions("churn")).hasSizeGreaterThanOrEqualTo(lastVersion);
    }
  }

  private Path simpleBackup() throws IOException {
    Home home = home();
    Path zip = directory.resolve("simple.zip");
    try (Registry registry = registry(home)) {
      registry.register("churn", bundle(home, 1), true, "{}", "t");
      Files.createDirectories(home.reports());
      Files.writeString(home.reports().resolve("Report ü.html"), "<p>");
      Files.writeString(home.root().resolve("lock"), "1");
      Backup.write(home, registry, null, zip);
    }
    return zip;
  }

  @Test
  void keepsReportsAndLeavesLocksOut() throws IOException {
    Home restored = new Home(directory.resolve("restored"));
    Restore.read(simpleBackup(), restored);
    assertThat(restored.reports().resolve("Report ü.html")).hasContent("<p>");
    assertThat(restored.root().resolve("lock")).doesNotExist();
    try (Stream<Path> files = Files.walk(directory.resolve("home"))) {
      assertThat(files).noneMatch(path -> path.toString().endsWith(".tmp"));
    }
  }

  @Test
  void neverOverwritesAHomeOrABackup() throws IOException {
    Path zip = simpleBackup();
    assertThatThrownBy(() -> Restore.read(zip, home()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds something already");
    try (Registry registry = registry(home())) {
      assertThatThrownBy(() -> Backup.write(home(), registry, null, zip))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("exists already");
    }
  }

  /// Rewrites a zip: entries named in `drop` go, `replace` gets other content, `add` comes first.
  private Path forge(Path zip, String drop, String replace, String add) throws IOException {
    Path forged = directory.resolve("forged.zip");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip));
        OutputStream file = Files.newOutputStream(forged);
        ZipOutputStream out = new ZipOutputStream(file)) {
      if (!add.isEmpty()) {
        out.putNextEntry(new ZipEntry(add));
        out.write("evil".getBytes(UTF_8));
      }
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.getName().matches(drop)) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          if (entry.getName().matches(replace)) {
            out.write("evil".getBytes(UTF_8));
          } else {
            in.transferTo(out);
          }
        }
      }
    }
    return forged;
  }

  @ParameterizedTest
  @CsvSource({
    "registry.db, -, '', registry.db is missing",
    "-, bundles/.*/bundle.json, '', was changed",
    "-, -, reports/new, reports/new was added",
    "backup-manifest.txt, -, '', no backup-manifest.txt in it",
    "-, backup-manifest.txt, '', can't be read",
    "-, -, ../../evil, a name that leads elsewhere",
    "-, -, /evil, a name that leads elsewhere",
    "-, -, a//b, a name that leads elsewhere",
  })
  void aForgedOrIncompleteBackupIsRefusedAndLeavesNothing(
      String drop, String replace, String add, String message) throws IOException {
    Path forged = forge(simpleBackup(), drop, replace, add);
    Home restored = new Home(directory.resolve("deep/restored"));
    assertThatThrownBy(() -> Restore.read(forged, restored)).hasMessageContaining(message);
    assertThat(directory.resolve("deep")).isEmptyDirectory();
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).noneMatch(path -> path.endsWith("evil"));
    }
  }

  @Test
  void aCutOffFileIsNoBackup() throws IOException {
    Path zip = simpleBackup();
    byte[] bytes;
    try (InputStream in = Files.newInputStream(zip)) {
      bytes = in.readNBytes((int) Files.size(zip) / 2);
    }
    Files.write(zip, bytes);
    Home restored = new Home(directory.resolve("deep/restored"));
    assertThatThrownBy(() -> Restore.read(zip, restored)).isInstanceOf(BadInput.class);
    assertThat(directory.resolve("deep")).isEmptyDirectory();
  }
}
