package dev.gnomon.backup;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.log.LogCopy;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Tracking;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// Copies all state of a home into one zip, while a server goes on using it; [Restore] is the way
/// back.
///
/// Logs come first, then tracking and the registry, then everything else: what is copied refers
/// only to what is copied later, so that a logged decision has its version and a version its
/// bundle. Everything acknowledged before the backup began is in it.
public final class Backup {
  private final Home home;
  private final Map<String, BackupManifest.Sum> sums = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private long logRecords;

  private Backup(Home home) {
    this.home = home;
  }

  /// What a backup holds.
  ///
  /// @param notes damage that was found and copied as it is; nobody else may tell
  public record Summary(
      String file, int files, long bytes, long logRecords, long ledgerEntries, List<String> notes) {
    public Summary {
      notes = List.copyOf(notes);
    }
  }

  /// @param registry the open registry of this home
  /// @param tracking the open tracking of this home; null if it keeps it elsewhere or has none yet
  /// @param target appears when it is complete, and not before
  /// @throws BadInput if there is no such home, or the target exists
  public static Summary write(
      Home home, Registry registry, @Nullable Tracking tracking, Path target) throws IOException {
    if (!Files.isDirectory(home.root())) {
      throw new BadInput(home.root().toString(), "no such home", "a directory that holds state");
    }
    if (Files.exists(target)) {
      throw new BadInput(target.toString(), "exists already", "a new name for the backup");
    }
    return new Backup(home).run(registry, tracking, target);
  }

  /// Where the ledger stood when a backup began.
  public record LedgerEnd(String file, long entries, String head) {
    /// Whether a ledger, whole in itself, still holds what was backed up.
    public LedgerCheck check(Registry registry, LedgerCheck whole) {
      if (entries == 0) {
        return whole;
      }
      List<LedgerEntry> last = registry.ledger(entries - 1, 1);
      if (last.isEmpty()) {
        return new LedgerCheck(
            whole.entries(),
            whole.head(),
            Optional.of(
                new LedgerCheck.Bad(
                    whole.entries() + 1,
                    "entry %d and all behind it are cut off: %s knows %d entries"
                        .formatted(whole.entries() + 1, file, entries))));
      }
      return last.getFirst().hash().equals(head)
          ? whole
          : new LedgerCheck(
              whole.entries(),
              whole.head(),
              Optional.of(
                  new LedgerCheck.Bad(
                      entries,
                      "entry %d is not the one that %s knows: it, or one before it, was replaced"
                          .formatted(entries, file))));
    }
  }

  /// Reads where the ledger stood.
  ///
  /// @throws BadInput if the file is no backup
  public static LedgerEnd ledgerOf(Path backup) throws IOException {
    try (ZipFile zip = new ZipFile(backup.toFile(), StandardCharsets.UTF_8)) {
      ZipEntry entry = zip.getEntry(BackupManifest.NAME);
      if (entry == null) {
        throw new BadInput(backup.toString(), "no " + BackupManifest.NAME, "a backup");
      }
      BackupManifest manifest =
          BackupManifest.parse(
              new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      return new LedgerEnd(
          backup.getFileName().toString(), manifest.ledgerEntries(), manifest.ledgerHead());
    } catch (ZipException | NoSuchFileException e) {
      throw new BadInput(backup.toString(), "it is no backup", "a file that gnomon backup wrote");
    }
  }

  private Summary run(Registry registry, @Nullable Tracking tracking, Path target)
      throws IOException {
    LedgerCheck ledger = registry.verifyLedger();
    ledger.problem().ifPresent(problem -> notes.add("ledger: " + problem));
    AtomicFiles.write(
        target,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
          addLogs(zip);
          if (tracking != null) {
            addCopy(zip, home.tracking(), tracking::backup);
          }
          addRegistry(zip, registry);
          addTheRest(zip);
          BackupManifest manifest = new BackupManifest(sums, ledger.entries(), ledger.head());
          zip.putNextEntry(new ZipEntry(BackupManifest.NAME));
          zip.write(manifest.text().getBytes(StandardCharsets.UTF_8));
          zip.closeEntry();
          zip.finish();
        });
    long bytes = sums.values().stream().mapToLong(BackupManifest.Sum::size).sum();
    return new Summary(target.toString(), sums.size(), bytes, logRecords, ledger.entries(), notes);
  }

  private void addLogs(ZipOutputStream zip) throws IOException {
    for (Path directory : directoriesBelow(home.logs())) {
      for (Path segment : LogCopy.segments(directory)) {
        try (LogCopy copy = LogCopy.open(segment)) {
          add(zip, segment, copy::writeTo);
          logRecords += copy.records();
          if (copy.damaged() > 0) {
            notes.add("%s: %d damaged places".formatted(name(segment), copy.damaged()));
          }
        } catch (NoSuchFileException deleted) {
          // by retention, since the files were listed
        }
      }
    }
  }

  private static List<Path> directoriesBelow(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    return below(root).filter(Files::isDirectory).toList();
  }

  /// Everything below a directory, in order; what is deleted while they are listed is left out.
  private static Stream<Path> below(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            found.add(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return found.stream().sorted();
  }

  private void addRegistry(ZipOutputStream zip, Registry registry) throws IOException {
    // Read before the ledger is: the head may lag behind a ledger, and never leads it.
    byte[] head =
        Files.exists(home.ledgerHead()) ? Files.readAllBytes(home.ledgerHead()) : new byte[0];
    if (head.length > 0) {
      add(zip, home.ledgerHead(), out -> out.write(head));
    }
    addCopy(zip, home.registry(), registry::backup);
  }

  /// Writes a consistent copy of an open database.
  private interface Copying {
    void to(Path file) throws IOException;
  }

  private void addCopy(ZipOutputStream zip, Path database, Copying copying) throws IOException {
    Path copy = AtomicFiles.temporarySibling(database);
    try {
      copying.to(copy);
      add(zip, database, out -> Files.copy(copy, out));
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private void addTheRest(ZipOutputStream zip) throws IOException {
    List<Path> files =
        below(home.root())
            .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
            .filter(path -> !sums.containsKey(name(path)) && !isPassing(path))
            .toList();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        add(zip, file, in::transferTo);
      } catch (NoSuchFileException deleted) {
        // since the files were listed
      }
    }
  }

  /// Locks, unfinished files, segments begun meanwhile, and the database's side files.
  private boolean isPassing(Path path) {
    String file = path.getFileName().toString();
    return file.equals("lock")
        || path.equals(home.ledgerHead())
        || path.equals(home.linkKey()) // whoever has a copy must not be able to sign
        || file.endsWith(".tmp")
        || file.startsWith(home.registry().getFileName().toString())
        || file.startsWith(home.tracking().getFileName().toString())
        || (path.startsWith(home.logs()) && file.endsWith(".log"));
  }

  private void add(ZipOutputStream zip, Path file, AtomicFiles.Content content) throws IOException {
    MessageDigest digest = sha256();
    Counted counted = new Counted(zip);
    zip.putNextEntry(new ZipEntry(name(file)));
    content.to(new DigestOutputStream(counted, digest));
    zip.closeEntry();
    sums.put(
        name(file),
        new BackupManifest.Sum(counted.bytes, HexFormat.of().formatHex(digest.digest())));
  }

  private String name(Path path) {
    return home.root().relativize(path).toString().replace('\\', '/');
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Counts, and does not close what it writes to.
  private static final class Counted extends FilterOutputStream {
    private long bytes;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
      out.write(source, from, length);
      bytes += length;
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      bytes++;
    }

    @Override
    public void close() {}
  }
}
