package dev.gnomon.serving;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Posted rows that a check set aside, in `<home>/quarantine/<source>.ndjson`: one JSON object per
/// line with `arrived`, `reason` and `row`.
///
/// Appended and forced before the post is answered. A line that a crash left unfinished was never
/// acknowledged and is dropped at the next opening. For one process at a time: whoever writes holds
/// the home.
public final class QuarantineLog {
  /// More rows than these are not held for one source.
  public static final int MOST = 1_000_000;

  private final Path file;
  private final Path folder;
  private final Optional<String> id;
  private final Set<String> ids = new HashSet<>();
  private int rows;

  /// A row set aside.
  ///
  /// @param arrived microseconds
  /// @param reason the check it fails
  /// @param row as it was posted, a JSON object
  public record Held(long arrived, String reason, JsonNode row) {}

  private QuarantineLog(Path file, Path folder, Optional<String> id) {
    this.file = file;
    this.folder = folder;
    this.id = id;
  }

  /// Opens for writing. No file is made before there is a row.
  ///
  /// @param id the id column of the source: a row whose id is held is not held twice
  public static QuarantineLog open(Home home, String source, Optional<String> id)
      throws IOException {
    QuarantineLog log = new QuarantineLog(home.quarantine(source), home.quarantine(), id);
    if (Files.isRegularFile(log.file)) {
      byte[] bytes = Files.readAllBytes(log.file);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      if (end < bytes.length) {
        AtomicFiles.write(log.file, java.util.Arrays.copyOf(bytes, end));
      }
      log.count(read(log.file));
    }
    return log;
  }

  private void count(List<Held> all) {
    ids.clear();
    rows = all.size();
    all.forEach(held -> idOf(held).ifPresent(ids::add));
  }

  private Optional<String> idOf(Held held) {
    return id.map(name -> held.row().path(name).asString("")).filter(text -> !text.isEmpty());
  }

  /// The rows held, oldest first; also while a server writes them.
  ///
  /// @throws IOException if the file can't be read
  public static List<Held> read(Path file) throws IOException {
    List<Held> all = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return all;
    }
    for (String line : Files.readString(file).split("\n", -1)) {
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode node = JsonMapper.shared().readTree(line);
        all.add(
            new Held(
                Times.micros(Instant.parse(node.path("arrived").asString(""))),
                node.path("reason").asString(""),
                node.path("row")));
      } catch (JacksonException | DateTimeException unfinished) {
        break; // the last line, while it is being written
      }
    }
    return all;
  }

  /// How many rows are held.
  public synchronized int rows() {
    return rows;
  }

  /// Holds rows; returns once they are on disk.
  ///
  /// @return how many of them were not held before
  public synchronized int add(List<Held> more) throws IOException {
    List<Held> fresh = new ArrayList<>();
    Set<String> own = new HashSet<>();
    for (Held held : more) {
      Optional<String> name = idOf(held);
      if (name.isEmpty() || (!ids.contains(name.get()) && own.add(name.get()))) {
        fresh.add(held);
      }
    }
    if (fresh.isEmpty()) {
      return 0;
    }
    if (rows + fresh.size() > MOST) {
      throw new IOException(
          "%,d rows of %s are set aside already: replay or drop them"
              .formatted(rows, file.getFileName()));
    }
    boolean isNew = !Files.exists(file);
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder();
    fresh.forEach(held -> text.append(line(held)));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long before = channel.size();
      try {
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(before); // a full disk must not leave half a line before the next one
        throw e;
      }
    }
    if (isNew) {
      AtomicFiles.forceDirectory(folder);
    }
    rows += fresh.size();
    ids.addAll(own);
    return fresh.size();
  }

  /// What becomes of the rows held.
  public interface Sifting {
    /// @return those that stay
    List<Held> of(List<Held> held) throws IOException;
  }

  /// Leaves only some rows; nothing else is added meanwhile.
  public synchronized void sift(Sifting sifting) throws IOException {
    List<Held> held = read(file);
    List<Held> left = sifting.of(held);
    if (left.isEmpty()) {
      if (Files.deleteIfExists(file)) {
        AtomicFiles.forceDirectory(folder);
      }
    } else if (!left.equals(held)) {
      StringBuilder text = new StringBuilder();
      left.forEach(one -> text.append(line(one)));
      AtomicFiles.writeString(file, text.toString());
    }
    count(left);
  }

  private static String line(Held held) {
    ObjectNode node = CanonicalJson.object();
    node.put("arrived", Times.instant(held.arrived()).toString());
    node.put("reason", held.reason());
    node.set("row", held.row());
    return CanonicalJson.text(node);
  }
}
