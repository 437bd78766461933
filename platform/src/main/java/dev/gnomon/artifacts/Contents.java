package dev.gnomon.artifacts;

import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Contents by their hash, and the entries that point at them.
///
/// @param damaged hashes of what was found damaged, until it is put again
record Contents(ObjectStore store, Set<String> damaged) {
  private static final int BUFFER = 1 << 17;
  private static final int LONGEST_ENTRY = 200;
  private static final Pattern ENTRY =
      Pattern.compile("1 ([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) (-?[0-9]{1,18})\n");

  /// @param size bytes
  record Content(String sha256, long size) {}

  /// @param stored when
  record Entry(Content content, Instant stored) {}

  /// Takes in bytes to their end. A content that is there already is replaced by the same bytes,
  /// which makes it young again for the collection, and mends it.
  ///
  /// @throws WrongContent when it is not what it was said to be; nothing is kept then
  Content take(InputStream in, Expected expected) throws IOException {
    MessageDigest digest = digest();
    BlockSums sums = new BlockSums();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (ObjectStore.Draft draft = store.draft()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        sums.update(buffer, 0, read);
        draft.write(buffer, 0, read);
        size += read;
      }
      String sha256 = hex(digest);
      expected.check(sha256, size);
      if (size > BlockSums.BLOCK) {
        store.put(ObjectKeys.sums(sha256), sums.bytes());
      }
      draft.commit(ObjectKeys.content(sha256));
      damaged.remove(sha256);
      return new Content(sha256, size);
    }
  }

  InputStream read(Content content, long from, long until) {
    return new CheckedContent(this, content, from, until);
  }

  /// Reads a content to its end.
  ///
  /// @throws DamagedArtifact when it is not what was written
  void readAll(Content content) throws IOException {
    try (InputStream in = read(content, 0, content.size())) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /// Lets a key point at a content.
  void enter(String key, Content content, Instant now) throws IOException {
    store.put(
        key,
        "1 %s %d %d\n"
            .formatted(content.sha256(), content.size(), now.toEpochMilli())
            .getBytes(StandardCharsets.US_ASCII));
    // Nothing pointed at it before this, so that the collection of another process may have it.
    if (store.find(ObjectKeys.content(content.sha256())).isEmpty()) {
      store.delete(key);
      throw new NoSuchFileException(
          key, null, "the content was collected while it was entered; put it again");
    }
  }

  Optional<Entry> entry(String key) throws IOException {
    Optional<byte[]> bytes = store.get(key, LONGEST_ENTRY);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = ENTRY.matcher(new String(bytes.get(), StandardCharsets.US_ASCII));
    if (!matcher.matches()) {
      throw new DamagedArtifact("the entry %s is damaged".formatted(ObjectKeys.shown(key)));
    }
    return Optional.of(
        new Entry(
            new Content(matcher.group(1), Long.parseLong(matcher.group(2))),
            Instant.ofEpochMilli(Long.parseLong(matcher.group(3)))));
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
