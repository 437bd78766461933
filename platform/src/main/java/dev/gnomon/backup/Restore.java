package dev.gnomon.backup;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// Makes a home out of a backup: all of it, or nothing.
///
/// The archive is not trusted: a name may not lead outside, what is unpacked may not exceed the
/// free disk, and every file must have the checksum that the manifest gives.
public final class Restore {
  private static final Pattern SEGMENT = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,255}");
  private static final int MAX_MANIFEST = 64 << 20;

  private final Path directory;
  private final Map<String, BackupManifest.Sum> found = new TreeMap<>();
  private long left;
  private String manifest = "";

  private Restore(Path directory, long bound) {
    this.directory = directory;
    this.left = bound;
  }

  /// What was restored.
  ///
  /// @param ledgerEntries how many entries the ledger has at least, and
  /// @param ledgerHead the hash of the last of these: compare it with the restored registry's
  public record Summary(
      String home, int files, long bytes, long ledgerEntries, String ledgerHead) {}

  /// @throws Refusal if the home holds anything, or a file is not what the manifest says
  /// @throws BadInput if the file is no backup
  public static Summary read(Path backup, Home home) throws IOException {
    if (!Files.isRegularFile(backup)) {
      throw new BadInput(backup.toString(), "no such file", "a backup");
    }
    refuseUnlessEmpty(home.root());
    Path temporary = AtomicFiles.temporarySibling(home.root());
    Files.createDirectories(temporary);
    try {
      Restore restore = new Restore(temporary, Files.getFileStore(temporary).getUsableSpace());
      restore.unpack(backup);
      BackupManifest manifest = restore.check(backup);
      AtomicFiles.forceTree(temporary);
      refuseUnlessEmpty(home.root());
      AtomicFiles.rename(temporary, home.root());
      long bytes = manifest.files().values().stream().mapToLong(BackupManifest.Sum::size).sum();
      return new Summary(
          home.root().toString(),
          manifest.files().size(),
          bytes,
          manifest.ledgerEntries(),
          manifest.ledgerHead());
    } finally {
      AtomicFiles.deleteTree(temporary);
    }
  }

  private static void refuseUnlessEmpty(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> inside = Files.list(root)) {
      if (inside.findAny().isPresent()) {
        throw new Refusal(
            root.toString(), "holds something already", "an empty or new directory as --home");
      }
    }
  }

  private void unpack(Path backup) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(
            new BufferedInputStream(Files.newInputStream(backup)), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals(BackupManifest.NAME)) {
          byte[] text = zip.readNBytes(MAX_MANIFEST);
          manifest = new String(text, StandardCharsets.UTF_8);
        } else {
          unpack(zip, target(name), name);
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      // the last one: names that are not UTF-8
      throw new BadInput(backup.toString(), String.valueOf(e.getMessage()), "a backup");
    }
  }

  private Path target(String name) {
    for (String part : name.split("/", -1)) {
      if (!SEGMENT.matcher(part).matches() || part.equals(".") || part.equals("..")) {
        throw new BadInput(
            "backup", "a name that leads elsewhere: '%s'".formatted(name), "relative paths only");
      }
    }
    Path target = directory.resolve(name).normalize();
    if (!target.startsWith(directory) || target.equals(directory) || found.containsKey(name)) {
      throw new BadInput("backup", "a name that can't be: '%s'".formatted(name), "relative paths");
    }
    return target;
  }

  private void unpack(ZipInputStream zip, Path target, String name) throws IOException {
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    MessageDigest digest = Backup.sha256();
    long size = 0;
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target)) {
      for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
        size += read;
        left -= read;
        if (left < 0) {
          throw new Refusal(
              "backup", "more in it than the disk has room for", "a disk with more free space");
        }
        digest.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    found.put(name, new BackupManifest.Sum(size, HexFormat.of().formatHex(digest.digest())));
  }

  private BackupManifest check(Path backup) {
    if (manifest.isEmpty()) {
      throw new BadInput(
          backup.toString(), "no " + BackupManifest.NAME + " in it", "a complete backup");
    }
    BackupManifest noted = BackupManifest.parse(manifest);
    List<String> differences = noted.differencesTo(found);
    if (!differences.isEmpty()) {
      throw new Refusal(
          backup.toString(),
          String.join(", ", differences.subList(0, Math.min(20, differences.size()))),
          "a backup whose files are what its manifest says");
    }
    return noted;
  }
}
