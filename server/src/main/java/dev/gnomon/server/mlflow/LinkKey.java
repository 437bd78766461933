package dev.gnomon.server.mlflow;

import dev.gnomon.core.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/// The key that signs addresses of artifacts, in a file that its owner alone may read: an upload of
/// many parts goes on after a restart. Nodes behind one address need the same file.
final class LinkKey {
  private static final int BYTES = 32;

  private LinkKey() {}

  /// Reads the file, or makes it. One that others may have read, or that holds no key, is made
  /// anew, which ends the addresses given out before.
  static byte[] of(Path file) {
    try {
      if (Files.isRegularFile(file) && isPrivate(file)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (text.matches("[0-9a-f]{%d}".formatted(2 * BYTES))) {
          return HexFormat.of().parseHex(text);
        }
      }
      byte[] fresh = new byte[BYTES];
      new SecureRandom().nextBytes(fresh);
      AtomicFiles.writePrivate(
          file, (HexFormat.of().formatHex(fresh) + "\n").getBytes(StandardCharsets.US_ASCII));
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPrivate(Path file) throws IOException {
    return !Files.getFileStore(file).supportsFileAttributeView("posix")
        || Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
            .containsAll(Files.getPosixFilePermissions(file));
  }
}
