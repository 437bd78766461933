package dev.gnomon.training.search;

import dev.gnomon.core.CanonicalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The finished trials of one search, one JSON object a line, each forced to disk before the next
/// begins: a search that was killed goes on where it stood.
///
/// The first line names the search: the hash of everything that its course follows from. Lines
/// under another hash are another search's; that file is set aside with the ending `.earlier`, as
/// is the file of a search that came to its end. A last line that was cut off by a kill is dropped.
public final class TrialLog implements AutoCloseable {
  private final Optional<Path> file;
  private final Optional<FileChannel> channel;
  private final List<Trial> found;
  private final List<Trial> earlier;

  private TrialLog(
      Optional<Path> file, Optional<FileChannel> channel, List<Trial> found, List<Trial> earlier) {
    this.file = file;
    this.channel = channel;
    this.found = found;
    this.earlier = earlier;
  }

  /// Remembers nothing.
  public static TrialLog none() {
    return new TrialLog(Optional.empty(), Optional.empty(), List.of(), List.of());
  }

  /// @param fingerprint of everything that the course of the search follows from
  public static TrialLog open(Path file, String fingerprint) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      List<Trial> found = new ArrayList<>();
      long end = Files.exists(file) ? read(file, fingerprint, found) : 0;
      if (end == 0 && Files.exists(file)) {
        Files.move(file, earlier(file), StandardCopyOption.REPLACE_EXISTING);
      }
      List<Trial> before = new ArrayList<>();
      if (Files.exists(earlier(file))) {
        read(earlier(file), "", before);
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(end);
      channel.position(end);
      TrialLog log =
          new TrialLog(Optional.of(file), Optional.of(channel), List.copyOf(found), before);
      if (end == 0) {
        log.line(CanonicalJson.object().put("search", fingerprint));
      }
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path earlier(Path file) {
    return file.resolveSibling(file.getFileName() + ".earlier");
  }

  /// The trials of this very search that were finished before it was interrupted.
  public List<Trial> found() {
    return found;
  }

  /// The trials of the search before.
  public List<Trial> earlier() {
    return earlier;
  }

  /// @return the length of what is whole; 0 for another search
  private static long read(Path file, String fingerprint, List<Trial> into) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int from = 0;
    boolean first = true;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      JsonNode line;
      try {
        line =
            JsonMapper.shared().readTree(new String(bytes, from, i - from, StandardCharsets.UTF_8));
      } catch (RuntimeException e) {
        break; // cut off and written over by a crash of the machine: what follows is worth nothing
      }
      if (first) {
        String name = line.path("search").asString("");
        if (!fingerprint.isEmpty() && !name.equals(fingerprint)) {
          return 0;
        }
        first = false;
      } else {
        into.add(trial(line));
      }
      from = i + 1;
    }
    return from;
  }

  public void append(Trial trial) {
    ObjectNode json = CanonicalJson.object().put("trial", trial.number());
    ObjectNode settings = json.putObject("settings");
    new TreeMap<>(trial.settings()).forEach(settings::put);
    json.put("resource", trial.resource());
    json.put("state", trial.state().name());
    if (Double.isFinite(trial.score())) {
      json.put("score", trial.score());
    }
    ArrayNode partial = json.putArray("partial");
    trial
        .partial()
        .forEach(value -> {
          if (Double.isFinite(value)) {
            partial.add(value);
          } else {
            partial.addNull();
          }
        });
    json.put("elapsed", trial.elapsed());
    line(json);
  }

  private static Trial trial(JsonNode line) {
    Map<String, String> settings = new TreeMap<>();
    for (String name : line.path("settings").propertyNames()) {
      settings.put(name, line.path("settings").path(name).asString());
    }
    List<Double> partial = new ArrayList<>();
    line.path("partial").forEach(value -> partial.add(value.asDouble(Double.NaN)));
    return new Trial(
        line.path("trial").asInt(),
        settings,
        line.path("resource").asDouble(),
        line.path("score").asDouble(Double.NaN),
        Trial.State.valueOf(line.path("state").asString()),
        partial,
        line.path("elapsed").asDouble());
  }

  private void line(ObjectNode json) {
    if (channel.isEmpty()) {
      return;
    }
    try {
      byte[] bytes = CanonicalJson.text(json).getBytes(StandardCharsets.UTF_8);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.get().write(buffer);
      }
      channel.get().force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The search came to its end: the next one begins anew, and may learn from this one.
  public void finish() {
    close();
    file.ifPresent(path -> {
      try {
        Files.move(path, earlier(path), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Override
  public void close() {
    channel.ifPresent(open -> {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
