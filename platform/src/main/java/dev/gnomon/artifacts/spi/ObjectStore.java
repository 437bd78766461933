package dev.gnomon.artifacts.spi;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps bytes under keys. It knows none of the rules, which are
/// [dev.gnomon.artifacts.Artifacts]'s.
///
/// A key is parts of ASCII letters, digits and `._-+=@,~`, separated by slashes. What is written
/// appears under its key whole or not at all, also when the process is killed, and is durable on
/// return. Used by many threads.
public interface ObjectStore extends AutoCloseable {
  /// What is known of an object without reading it.
  record Info(String key, long size, Instant modified) {}

  /// What stands directly under a prefix.
  ///
  /// @param parts the last part of each key; those that lead further end in a slash
  /// @param next for the next page; null on the last
  record Listing(List<String> parts, @Nullable String next) {}

  /// An object that is being written, of any length, under no key yet. Closing one that was not
  /// committed leaves nothing.
  interface Draft extends AutoCloseable {
    void write(byte[] bytes, int from, int length) throws IOException;

    /// Gives it its key; what was there before is replaced. To be called once, then closed.
    void commit(String key) throws IOException;

    @Override
    void close() throws IOException;
  }

  Draft draft() throws IOException;

  /// Writes a small object, replacing what was there.
  void put(String key, byte[] bytes) throws IOException;

  Optional<Info> find(String key) throws IOException;

  /// A small object, whole.
  ///
  /// @throws dev.gnomon.artifacts.DamagedArtifact when it is longer than `most`
  Optional<byte[]> get(String key, int most) throws IOException;

  /// Bytes from `from` up to before `until`, not checked, as they arrive.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is no such object
  InputStream read(String key, long from, long until) throws IOException;

  /// @return whether there was one, as far as the store can tell
  boolean delete(String key) throws IOException;

  /// @param prefix empty, or ends in a slash
  /// @param token of the page before; null for the first page
  /// @throws IllegalArgumentException when the token is none of this store's
  Listing list(String prefix, @Nullable String token, int most) throws IOException;

  /// Everything under a prefix that ends in a slash, in no order.
  void walk(String prefix, Consumer<Info> each) throws IOException;

  /// Removes what drafts that never were committed left behind.
  ///
  /// @param before those begun then
  /// @param dryRun only count
  /// @return how many
  int sweep(Instant before, boolean dryRun) throws IOException;

  /// Whether asking takes so long that several questions at once are worth it.
  default boolean distant() {
    return false;
  }

  @Override
  void close();
}
