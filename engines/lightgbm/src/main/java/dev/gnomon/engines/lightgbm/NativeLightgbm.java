package dev.gnomon.engines.lightgbm;

import io.github.metarank.lightgbm4j.LGBMBooster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// LightGBM's native library, loaded once, when this class is.
///
/// Its Java side unpacks it to a fixed name in the folder for temporary files, over a file that
/// another process may be running (which kills that process) or that somebody else put there. So it
/// gets a folder of its own, for as long as it takes to load.
final class NativeLightgbm {
  private static final String FOLDER = "java.io.tmpdir";

  static {
    load();
  }

  private NativeLightgbm() {}

  /// @throws LinkageError when it does not load on this machine
  static void require() {
    // Loading this class has done it.
  }

  private static void load() {
    String before = System.getProperty(FOLDER, "/tmp");
    try {
      Path own = Files.createTempDirectory("gnomon-lightgbm");
      System.setProperty(FOLDER, own.toString());
      try {
        LGBMBooster.loadNative();
      } finally {
        System.setProperty(FOLDER, before);
        remove(own);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is mapped stays mapped; where it can't be removed while in use, it stays.
  private static void remove(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException left) {
      folder.toFile().deleteOnExit();
    }
  }
}
