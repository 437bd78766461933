package dev.gnomon.artifacts;

import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// Files that arrive in parts, in any order, each as often as it takes. Nothing is seen under the
/// path before all are there. An upload that began can go on after a restart of either side.
public final class Uploads {
  /// The most parts of one upload.
  public static final int MOST_PARTS = 10_000;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern PART = Pattern.compile("part\\.([0-9]{5})");
  private static final int LONGEST_ABOUT = 4_096;

  private final Artifacts artifacts;
  private final ObjectStore store;

  Uploads(Artifacts artifacts) {
    this.artifacts = artifacts;
    this.store = artifacts.store();
  }

  /// A part that is there.
  ///
  /// @param number from 1
  /// @param etag SHA-256 of its content
  public record Part(int number, String etag, long size) {}

  /// There is no such upload, or not to that path; it may have been completed or aborted.
  public static final class NoSuchUpload extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    NoSuchUpload(String id) {
      super("There is no upload '%s' to this path.".formatted(id), null, false, false);
    }
  }

  /// Begins an upload.
  ///
  /// @param key what makes an upload the same as one that began before: the same path and key give
  ///   the same upload. A new one each time when empty
  /// @return its id
  public String begin(ArtifactPath path, Optional<String> key) throws IOException {
    artifacts.requireFree(path);
    String id =
        key.map(text -> id(path + "\n" + text))
            .orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
    byte[] about = path.text().getBytes(StandardCharsets.UTF_8);
    store.put(about(id), about);
    // It may have been completed before: now it is to be done again.
    store.delete(done(id));
    return id;
  }

  private static String id(String text) {
    return HexFormat.of()
        .formatHex(Contents.digest().digest(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
  }

  /// Keeps one part; an earlier one of its number is replaced.
  ///
  /// @throws NoSuchUpload when there is none to that path
  public Part put(ArtifactPath path, String id, int number, InputStream in) throws IOException {
    require(path, id);
    Contents.Content content = artifacts.contents().take(in, Expected.NOTHING);
    artifacts.contents().enter(part(id, number), content, artifacts.clock().instant());
    return new Part(number, content.sha256(), content.size());
  }

  /// What is there already.
  ///
  /// @throws NoSuchUpload when there is none to that path
  public List<Part> parts(ArtifactPath path, String id) throws IOException {
    require(path, id);
    List<Part> parts = new ArrayList<>();
    entries(id)
        .forEach(
            (number, content) -> parts.add(new Part(number, content.sha256(), content.size())));
    return parts;
  }

  /// Puts the parts together, in the order of their numbers, under the path. Asked again, it
  /// answers the same.
  ///
  /// @param wanted each with the etag it was answered with (quotes around it do not matter); an
  ///   empty one is not compared
  /// @throws WrongContent when a part is missing or another one than was sent
  /// @throws NoSuchUpload when there is none to that path
  public ArtifactFile complete(ArtifactPath path, String id, List<Part> wanted) throws IOException {
    require(path, id);
    Optional<Contents.Entry> before = artifacts.contents().entry(done(id));
    if (before.isPresent()) {
      return artifacts.enter(path, before.get().content());
    }
    NavigableMap<Integer, Contents.Content> there = entries(id);
    TreeMap<Integer, Contents.Content> chosen = new TreeMap<>();
    for (Part part : wanted) {
      Contents.Content content = there.get(part.number());
      String etag = part.etag().replace("\"", "");
      if (content == null) {
        throw new WrongContent("part %d was not sent".formatted(part.number()));
      }
      if (!etag.isEmpty() && !etag.equals(content.sha256())) {
        throw new WrongContent("part %d is another one than was sent".formatted(part.number()));
      }
      if (chosen.put(part.number(), content) != null) {
        throw new WrongContent("part %d stands twice".formatted(part.number()));
      }
    }
    if (chosen.isEmpty()) {
      throw new WrongContent("there are no parts");
    }
    artifacts.requireFree(path);
    Contents.Content whole = chosen.size() == 1 ? chosen.firstEntry().getValue() : joined(chosen);
    ArtifactFile file = artifacts.enter(path, whole);
    artifacts.contents().enter(done(id), whole, artifacts.clock().instant());
    for (int number : there.keySet()) {
      store.delete(part(id, number));
    }
    return file;
  }

  private Contents.Content joined(NavigableMap<Integer, Contents.Content> parts)
      throws IOException {
    long size = parts.values().stream().mapToLong(Contents.Content::size).sum();
    List<InputStream> opened = new ArrayList<>();
    for (Contents.Content part : parts.values()) {
      opened.add(new Opening(artifacts.contents(), part));
    }
    try (InputStream all = new SequenceInputStream(Collections.enumeration(opened))) {
      return artifacts.contents().take(all, new Expected(Optional.empty(), size));
    }
  }

  /// Opens a content when it is its turn: an upload has up to ten thousand parts.
  private static final class Opening extends InputStream {
    private final Contents contents;
    private final Contents.Content content;
    private InputStream in = InputStream.nullInputStream();
    private boolean begun;

    Opening(Contents contents, Contents.Content content) {
      this.contents = contents;
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      return open().read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return open().read(bytes, from, length);
    }

    private InputStream open() {
      if (!begun) {
        begun = true;
        in = contents.read(content, 0, content.size());
      }
      return in;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /// Gives an upload up; one that is not there is no error.
  public void abort(ArtifactPath path, String id) throws IOException {
    try {
      require(path, id);
    } catch (NoSuchUpload gone) {
      return;
    }
    for (int number : entries(id).keySet()) {
      store.delete(part(id, number));
    }
    store.delete(done(id));
    store.delete(about(id));
  }

  private void require(ArtifactPath path, String id) throws IOException {
    if (!ID.matcher(id).matches()) {
      throw new NoSuchUpload(id.length() > 64 ? id.substring(0, 64) + "…" : id);
    }
    Optional<byte[]> about = store.get(about(id), LONGEST_ABOUT);
    if (about.isEmpty() || !new String(about.get(), StandardCharsets.UTF_8).equals(path.text())) {
      throw new NoSuchUpload(id);
    }
  }

  private NavigableMap<Integer, Contents.Content> entries(String id) throws IOException {
    TreeMap<Integer, Contents.Content> out = new TreeMap<>();
    List<String> keys = new ArrayList<>();
    store.walk(ObjectKeys.UPLOADS + id + "/", info -> keys.add(info.key()));
    for (String key : keys) {
      var matcher = PART.matcher(key.substring(key.lastIndexOf('/') + 1));
      if (matcher.matches()) {
        artifacts
            .contents()
            .entry(key)
            .ifPresent(entry -> out.put(Integer.parseInt(matcher.group(1)), entry.content()));
      }
    }
    return out;
  }

  static boolean isPart(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    return PART.matcher(name).matches() || name.equals("done");
  }

  private static String about(String id) {
    return ObjectKeys.UPLOADS + id + "/about";
  }

  private static String done(String id) {
    return ObjectKeys.UPLOADS + id + "/done";
  }

  private static String part(String id, int number) {
    if (number < 1 || number > MOST_PARTS) {
      throw new WrongContent("part %d: valid is 1 to %d".formatted(number, MOST_PARTS));
    }
    return ObjectKeys.UPLOADS + id + String.format(Locale.ROOT, "/part.%05d", number);
  }
}
