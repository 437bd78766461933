package dev.gnomon.cli;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where a demo keeps its use case, data and state; emptied when the demo runs again.
final class DemoFolder {
  /// Stands in a folder that a demo made and may therefore delete.
  private static final String MARK = ".made-by-gnomon-demo";

  private DemoFolder() {}

  /// An empty folder that holds nothing but the mark.
  ///
  /// @param home of the state, in the folder or the folder itself
  /// @throws BadInput if the folder holds something that no demo made
  /// @throws dev.gnomon.core.Refusal if a server uses it
  static void renew(Path folder, Home home) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw new BadInput(folder.toString(), "it is a file", "a new or an empty folder");
      }
      boolean marked = Files.exists(folder.resolve(MARK));
      if (!marked && !entries(folder).isEmpty()) {
        throw new BadInput(
            folder.toString(),
            "it holds files that no demo made",
            "a new or an empty folder: --home DIR, or another working directory");
      }
      if (marked && Files.exists(home.root())) {
        home.lock().close(); // says who holds it, if anybody does
      }
      for (Path entry : entries(folder)) {
        if (!entry.endsWith(MARK)) {
          AtomicFiles.deleteTree(entry);
        }
      }
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(MARK), "`gnomon demo` deletes this folder's content.\n");
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
