package dev.gnomon.server.security;

import dev.gnomon.core.CanonicalJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How the writing of the audit goes, for `gnomon doctor`: in `audit.state`, a file whose length
/// never changes, so that it can be written while the disk is full.
///
/// @param counted refused and failed requests that have no line of their own, but stand in a line
///   that counts them
/// @param lost lines that could not be kept; of changes too
/// @param failedAt when writing last failed; null when it never did
/// @param why it failed
/// @param failing whether it still does
public record AuditState(
    long counted, long lost, @Nullable String failedAt, @Nullable String why, boolean failing) {
  private static final int BYTES = 1024;
  static final AuditState NONE = new AuditState(0, 0, null, null, false);

  static Path in(Path audit) {
    return audit.resolveSibling("audit.state");
  }

  static AuditState read(Path file) {
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
      return new AuditState(
          json.path("counted").asLong(0),
          json.path("lost").asLong(0),
          json.path("failedAt").asString(null),
          json.path("why").asString(null),
          json.path("failing").asBoolean(false));
    } catch (IOException | JacksonException none) {
      return NONE;
    }
  }

  void write(Path file) throws IOException {
    ObjectNode json =
        CanonicalJson.object().put("counted", counted).put("lost", lost).put("failing", failing);
    if (failedAt != null && why != null) {
      json.put("failedAt", failedAt).put("why", why.length() > 200 ? why.substring(0, 200) : why);
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, Math.max(BYTES, text.length));
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    padded[padded.length - 1] = '\n';
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var _ = channel.write(ByteBuffer.wrap(padded), 0);
    }
  }
}
