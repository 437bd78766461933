package dev.gnomon.registry;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleManifest.Bounds;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Bundles in a directory, each under the SHA-256 of its content.
///
/// A bundle appears whole or not at all, and is never changed afterwards; what was changed by
/// somebody else is refused when it is opened. Any number of threads and processes may use the same
/// directory.
public final class BundleStore {
  /// Written beside the other provenance, so that a refusal can name the file that was changed.
  private static final String MANIFEST = BundleManifest.PROVENANCE + "manifest.txt";

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final FileTime ZIP_TIME = FileTime.from(Instant.parse("1980-01-02T00:00:00Z"));

  private final Path directory;
  private final Bounds bounds;

  public BundleStore(Path directory) {
    this(directory, Bounds.DEFAULT);
  }

  BundleStore(Path directory, Bounds bounds) {
    this.directory = directory.toAbsolutePath().normalize();
    this.bounds = bounds;
  }

  /// Copies a bundle into the store; on disk on return. Storing the same content again changes
  /// nothing, and keeps the provenance of the first.
  ///
  /// @param staged the files of the bundle; left as it is
  /// @return the hash of the content, 64 hexadecimal digits
  /// @throws BadInput if the directory can't be a bundle: links, odd names, too large, or empty
  public String store(Path staged) throws IOException {
    Map<String, Path> files = BundleManifest.files(staged, bounds);
    Path temporary = AtomicFiles.temporarySibling(directory.resolve("incoming"));
    Files.createDirectories(temporary);
    try {
      for (Map.Entry<String, Path> file : files.entrySet()) {
        Path to = temporary.resolve(file.getKey());
        Files.createDirectories(parent(to));
        Files.copy(file.getValue(), to);
      }
      return adopt(temporary);
    } finally {
      AtomicFiles.deleteTree(temporary);
    }
  }

  /// Gives a directory beside the bundles its name, the hash of what is really in it.
  private String adopt(Path temporary) throws IOException {
    BundleManifest manifest = BundleManifest.of(temporary, bounds);
    String hash = manifest.hash();
    Path target = directory.resolve(hash);
    if (isIntact(target, hash)) {
      return hash;
    }
    Path note = temporary.resolve(MANIFEST);
    Files.createDirectories(parent(note));
    Files.writeString(note, manifest.text());
    AtomicFiles.forceTree(temporary);
    try {
      AtomicFiles.rename(temporary, target);
    } catch (FileSystemException e) { // something is there: a directory with files is not replaced
      if (!Files.isDirectory(target)) {
        throw e;
      }
      if (!isIntact(
          target, hash)) { // the good copy takes its place, the bad one is kept to look at
        AtomicFiles.rename(
            target, AtomicFiles.temporarySibling(directory.resolve("damaged-" + hash)));
        AtomicFiles.rename(temporary, target);
      }
    }
    return hash;
  }

  private boolean isIntact(Path target, String hash) throws IOException {
    try {
      return Files.isDirectory(target) && BundleManifest.of(target, bounds).hash().equals(hash);
    } catch (BadInput e) {
      return false;
    }
  }

  public boolean has(String hash) {
    return Files.isDirectory(directory.resolve(require(hash)));
  }

  /// The directory of a bundle, after reading all of it to see that it is what it was.
  ///
  /// @throws BadInput if there is no such bundle
  /// @throws Refusal if it was changed, naming the files
  public Path open(String hash) throws IOException {
    Path bundle = directory.resolve(require(hash));
    if (!Files.isDirectory(bundle)) {
      throw new BadInput(
          "bundle " + hash, "not in " + directory, "a bundle that was stored or imported there");
    }
    BundleManifest found = BundleManifest.of(bundle, bounds);
    if (!found.hash().equals(hash)) {
      throw new Refusal(
          "bundle " + hash,
          "its content is not what was stored: " + changes(bundle, hash, found),
          "restore it from a backup or import it again; a bundle is never edited");
    }
    return bundle;
  }

  private static String changes(Path bundle, String hash, BundleManifest found) {
    try {
      BundleManifest noted = BundleManifest.parse(Files.readString(bundle.resolve(MANIFEST)));
      if (noted.hash().equals(hash)) {
        return String.join(", ", noted.differencesTo(found));
      }
    } catch (IOException | RuntimeException e) {
      // The note is only there to say more; without it the hash alone still tells.
    }
    return "the hash is now " + found.hash();
  }

  /// Takes the files of a bundle away; without one there is nothing to do.
  ///
  /// @return their size in bytes
  public long remove(String hash) throws IOException {
    Path bundle = directory.resolve(require(hash));
    if (!Files.isDirectory(bundle)) {
      return 0;
    }
    long bytes = size(bundle);
    // Out of sight at once: half a bundle never stands under its name.
    Path aside = AtomicFiles.temporarySibling(directory.resolve("removed-" + hash));
    AtomicFiles.rename(bundle, aside);
    AtomicFiles.deleteTree(aside);
    return bytes;
  }

  /// The size of a bundle's files in bytes; 0 when it is not there.
  public long size(String hash) throws IOException {
    return size(directory.resolve(require(hash)));
  }

  private static long size(Path bundle) throws IOException {
    if (!Files.isDirectory(bundle)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(bundle)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /// How the bundle in a directory differs from a stored one; the files of both, sorted.
  public List<FileDifference> compare(String hash, Path other) throws IOException {
    Path bundle = open(hash);
    return FileDifference.between(
        bundle, BundleManifest.of(bundle, bounds), other, BundleManifest.of(other, bounds));
  }

  /// The hash that the bundle in a directory would have.
  public String hash(Path staged) throws IOException {
    return BundleManifest.of(staged, bounds).hash();
  }

  /// The hashes of all bundles, sorted.
  public List<String> list() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> HASH.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  /// Writes a bundle as a zip, provenance included; the same bundle gives the same bytes.
  public void exportZip(String hash, OutputStream out) throws IOException {
    Path bundle = open(hash);
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Map.Entry<String, Path> file : BundleManifest.files(bundle, bounds).entrySet()) {
      ZipEntry entry = new ZipEntry(file.getKey());
      entry.setLastModifiedTime(ZIP_TIME);
      zip.putNextEntry(entry);
      Files.copy(file.getValue(), zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  /// Stores the bundle in a zip. The archive is not trusted: names are checked before anything is
  /// written, sizes are counted while unpacking, and links do not exist in it.
  ///
  /// @return the hash of its content; compare it with the one you expect
  /// @throws BadInput if it is no zip, or not of a bundle
  public String importZip(InputStream in) throws IOException {
    Path archive = AtomicFiles.temporarySibling(directory.resolve("incoming.zip"));
    Path temporary = AtomicFiles.temporarySibling(directory.resolve("incoming"));
    Files.createDirectories(temporary);
    try {
      // Whole on disk first: read as a stream, an archive that was cut off between two files would
      // pass for a smaller bundle.
      try (OutputStream out = Files.newOutputStream(archive)) {
        copy(in, out, bounds.bytes());
      }
      try (ZipFile zip = new ZipFile(archive.toFile())) {
        unpack(zip, temporary);
      }
      return adopt(temporary);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      // the last one: names that are not UTF-8
      throw new BadInput("bundle archive", String.valueOf(e.getMessage()), "a zip of a bundle");
    } finally {
      Files.deleteIfExists(archive);
      AtomicFiles.deleteTree(temporary);
    }
  }

  private void unpack(ZipFile zip, Path into) throws IOException {
    Set<String> seen = new HashSet<>();
    long left = bounds.bytes();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String path = entry.getName();
      if (entry.isDirectory() && BundleManifest.isValidPath(path.substring(0, path.length() - 1))) {
        continue;
      }
      if (!BundleManifest.isValidPath(path)) {
        throw new BadInput(List.of(BundleManifest.badPath(path)));
      }
      if (!seen.add(path.toLowerCase(Locale.ROOT))) {
        throw new BadInput(path, "stands twice in the archive", "distinct names");
      }
      if (seen.size() > bounds.files()) {
        throw new BadInput(List.of(BundleManifest.tooLarge("bundle archive", bounds)));
      }
      Path to = into.resolve(path);
      Files.createDirectories(parent(to));
      try (InputStream in = zip.getInputStream(entry);
          OutputStream out = Files.newOutputStream(to)) {
        left -= copy(in, out, left);
      }
    }
    if (seen.isEmpty()) {
      throw new BadInput("bundle archive", "no files in it", "a zip of a bundle");
    }
  }

  /// Copies all of it, and refuses more than the bound.
  private long copy(InputStream in, OutputStream out, long atMost) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long copied = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      copied += read;
      if (copied > atMost) {
        throw new BadInput(List.of(BundleManifest.tooLarge("bundle archive", bounds)));
      }
      out.write(buffer, 0, read);
    }
    return copied;
  }

  private static String require(String hash) {
    if (!HASH.matcher(hash).matches()) {
      throw new BadInput(
          "bundle '%s'".formatted(hash.length() > 80 ? hash.substring(0, 80) + "…" : hash),
          "not a bundle hash",
          "64 hexadecimal digits");
    }
    return hash;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is a root, not a file");
    }
    return parent;
  }
}
