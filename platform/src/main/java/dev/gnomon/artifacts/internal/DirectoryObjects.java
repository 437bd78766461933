package dev.gnomon.artifacts.internal;

import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.artifacts.spi.ObjectStore;
import dev.gnomon.core.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Objects as files of a directory. A file gets its name by a rename, after it was forced to disk.
/// Links are never followed below the directory, whoever put them there.
public final class DirectoryObjects implements ObjectStore {
  private static final String DRAFTS = "drafts";
  private static final Pattern KEY =
      Pattern.compile(
          "[A-Za-z0-9_=@,~+-][A-Za-z0-9._=@,~+-]*(/[A-Za-z0-9_=@,~+-][A-Za-z0-9._=@,~+-]*)*");
  private static final int MOST_TRIES = 100;

  private final Path root;
  private final Path drafts;

  private DirectoryObjects(Path root) throws IOException {
    this.root = root;
    this.drafts = root.resolve(DRAFTS);
    directory(drafts);
  }

  /// @param directory is made when it is not there; may itself be reached through a link
  public static DirectoryObjects open(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new DirectoryObjects(directory.toRealPath());
  }

  /// Where a key's file is, or would be.
  ///
  /// @throws DamagedArtifact when a link is on the way
  private Path file(String key) throws IOException {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("no key: " + key);
    }
    Path at = root;
    for (String part : key.split("/", -1)) {
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw foreign(at, "is a link, which is never followed");
      }
    }
    return at;
  }

  private DamagedArtifact foreign(Path at, String what) {
    return new DamagedArtifact(
        "'%s' in the store %s".formatted(root.relativize(at), what),
        "Whoever put it there must take it away");
  }

  /// Makes a directory of the store; what is not there is made, and forced.
  private void directory(Path wanted) throws IOException {
    Path at = root;
    for (Path part : root.relativize(wanted)) {
      Path above = at;
      at = at.resolve(part);
      try {
        Files.createDirectory(at);
        AtomicFiles.forceDirectory(above);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
          throw foreign(at, "is no directory");
        }
      }
    }
  }

  @Override
  public Draft draft() throws IOException {
    Path file = drafts.resolve(UUID.randomUUID().toString());
    return new FileDraft(
        file,
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)));
  }

  private final class FileDraft implements Draft {
    private final Path file;
    private final FileChannel channel;
    private boolean committed;

    FileDraft(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(bytes, from, length);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }

    @Override
    public void commit(String key) throws IOException {
      channel.force(true);
      channel.close();
      rename(key);
      committed = true;
    }

    private void rename(String key) throws IOException {
      Path to = file(key);
      Path above = to.resolveSibling(".");
      for (int tried = 1; ; tried++) {
        directory(above.normalize());
        try {
          Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
          AtomicFiles.forceDirectory(above.normalize());
          return;
        } catch (NoSuchFileException e) {
          // Somebody took away the last file of that directory, and so the directory.
          if (tried == MOST_TRIES || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw e;
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (!committed) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void put(String key, byte[] bytes) throws IOException {
    try (Draft draft = draft()) {
      draft.write(bytes, 0, bytes.length);
      draft.commit(key);
    }
  }

  @Override
  public Optional<Info> find(String key) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file(key), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() ? Optional.of(info(key, found)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Info info(String key, BasicFileAttributes found) {
    return new Info(key, found.size(), found.lastModifiedTime().toInstant());
  }

  @Override
  public Optional<byte[]> get(String key, int most) throws IOException {
    try (SeekableByteChannel channel = open(key)) {
      if (channel.size() > most) {
        throw new DamagedArtifact("%s is longer than %d bytes".formatted(key, most));
      }
      return Optional.of(Channels.newInputStream(channel).readAllBytes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private SeekableByteChannel open(String key) throws IOException {
    return Files.newByteChannel(
        file(key), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public InputStream read(String key, long from, long until) throws IOException {
    SeekableByteChannel channel = open(key);
    channel.position(from);
    return new Bounded(Channels.newInputStream(channel), until - from);
  }

  @Override
  public boolean delete(String key) throws IOException {
    Path file = file(key);
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || !Files.deleteIfExists(file)) {
      return false;
    }
    Path above = file.resolveSibling(".").normalize();
    AtomicFiles.forceDirectory(above);
    // Directories are there for their files only; the top ones stay.
    while (above.getNameCount() > root.getNameCount() + 1) {
      try {
        Files.delete(above);
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        break;
      }
      above = above.resolveSibling(".").normalize();
    }
    return true;
  }

  @Override
  public Listing list(String prefix, @Nullable String token, int most) throws IOException {
    Path directory = prefix.isEmpty() ? root : file(prefix.substring(0, prefix.length() - 1));
    List<String> parts = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path one : all) {
        String name = String.valueOf(one.getFileName());
        if (!KEY.matcher(name).matches()) {
          continue;
        }
        if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
          parts.add(name + "/");
        } else if (Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS)) {
          parts.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new Listing(List.of(), null);
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    parts.sort(null);
    List<String> page =
        parts.stream()
            .filter(part -> token == null || part.compareTo(token) > 0)
            .limit(most)
            .toList();
    boolean more = !page.isEmpty() && !page.getLast().equals(parts.getLast());
    return new Listing(page, more ? page.getLast() : null);
  }

  @Override
  public void walk(String prefix, Consumer<Info> each) throws IOException {
    Path directory = file(prefix.substring(0, prefix.length() - 1));
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            String key = root.relativize(file).toString().replace('\\', '/');
            if (found.isRegularFile() && KEY.matcher(key).matches()) {
              each.accept(info(key, found));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
              throw failure;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public int sweep(Instant before, boolean dryRun) throws IOException {
    int gone = 0;
    List<String> old = new ArrayList<>();
    walk(
        DRAFTS + "/",
        info -> {
          if (info.modified().isBefore(before)) {
            old.add(info.key());
          }
        });
    for (String key : old) {
      if (dryRun || Files.deleteIfExists(file(key))) {
        gone++;
      }
    }
    return gone;
  }

  @Override
  public void close() {}
}
