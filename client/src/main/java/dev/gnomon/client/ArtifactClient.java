package dev.gnomon.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/// Sends files to the artifacts of runs and gets them back, over MLflow's proxy and without Python:
///
/// ```java
/// ArtifactClient artifacts = ArtifactClient.builder(URI.create("http://localhost:8080")).build();
/// artifacts.upload(Path.of("model"), "runs:/" + runId + "/model");
/// Path model = artifacts.download("runs:/" + runId + "/model", Path.of("there"));
/// ```
///
/// Locations are `runs:/RUN/path` and `mlflow-artifacts:/path`. What was lost on the way is sent
/// again, what arrived is not: a file that is there already is not sent, a long one goes in parts
/// of which only the missing are sent, and a download goes on where it ended, also in another
/// process. Both ends compare SHA-256. A call that fails throws [GnomonException]; a file of this
/// machine that can't be read or written, [UncheckedIOException]. For all threads.
public final class ArtifactClient {
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final Pattern RUN =
      Pattern.compile("runs:/+([^/]+)(?:/+(.*?))?/*", Pattern.DOTALL);
  private static final Pattern PROXIED =
      Pattern.compile("mlflow-artifacts:/(?!/)(.*?)/*", Pattern.DOTALL);

  private final ArtifactCalls calls;
  private final long partBytes;

  private ArtifactClient(ArtifactCalls calls, long partBytes) {
    this.calls = calls;
    this.partBytes = partBytes;
  }

  /// @param server such as `http://localhost:8080`
  public static Builder builder(URI server) {
    return new Builder(server);
  }

  /// Sends a file into a directory, or what is in a directory with all below it. Links are followed
  /// to files only.
  ///
  /// @param to the directory, which need not be there yet
  /// @return how many files were sent; those that were there already do not count
  public int upload(Path from, String to) {
    String directory = located(to);
    ArtifactUpload upload = new ArtifactUpload(calls, partBytes);
    try {
      if (Files.isRegularFile(from)) {
        return upload.file(from, below(directory, String.valueOf(from.getFileName()))) ? 1 : 0;
      }
      if (!Files.isDirectory(from)) {
        throw new java.nio.file.NoSuchFileException(from.toString());
      }
      List<Path> files;
      try (Stream<Path> all = Files.walk(from)) {
        files = all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
      }
      int sent = 0;
      for (Path file : files) {
        String name =
            from.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        sent += upload.file(file, below(directory, name)) ? 1 : 0;
      }
      return sent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Gets a file, or a directory with all below it, under its last name. What is there already with
  /// the same content is left alone; another file of that name is replaced.
  ///
  /// @param into a directory of this machine; made when it is not there
  /// @return where it is now
  public Path download(String from, Path into) {
    String path = located(from);
    String name = path.substring(path.lastIndexOf('/') + 1);
    try {
      Path directory = Files.createDirectories(into.toAbsolutePath().normalize());
      Path target = name.isEmpty() ? directory : inside(directory, name);
      ArtifactDownload download = new ArtifactDownload(calls);
      if (!name.isEmpty() && download.file(address(path), target)) {
        return target;
      }
      List<ArtifactEntry> entries = entries(path);
      if (entries.isEmpty()) {
        throw new GnomonException(
            404, "RESOURCE_DOES_NOT_EXIST", "there is nothing at " + from, List.of(), null);
      }
      directory(download, path, entries, target);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void directory(
      ArtifactDownload download, String path, List<ArtifactEntry> entries, Path target)
      throws IOException {
    Files.createDirectories(target);
    for (ArtifactEntry entry : entries) {
      Path one = inside(target, entry.name());
      String from = below(path, entry.name());
      if (entry.directory()) {
        if (Files.isSymbolicLink(one)) {
          throw new java.nio.file.FileSystemException(one.toString(), null, "a link");
        }
        directory(download, from, entries(from), one);
      } else if (!download.file(address(from), one)) {
        throw new GnomonException(
            404, "RESOURCE_DOES_NOT_EXIST", from + " went while it was asked", List.of(), null);
      }
    }
  }

  /// What a directory holds; nothing for a file, or for what is not there.
  public List<ArtifactEntry> list(String location) {
    return entries(located(location));
  }

  /// Takes away a file, or a directory with all below it; nothing to do is no error.
  public void delete(String location) {
    String path = located(location);
    calls.ask(
        "DELETE " + location,
        () -> calls.request(address(path)).method("DELETE", HttpRequest.BodyPublishers.noBody()),
        head -> new BoundedBody());
  }

  private List<ArtifactEntry> entries(String path) {
    Fields answer =
        calls.object(
            "list of " + path,
            () -> calls.request(PROXY + "?path=" + encoded(path).replace("/", "%2F")).GET());
    List<ArtifactEntry> out = new ArrayList<>();
    for (Fields file : answer.list("files")) {
      boolean directory = file.flag("is_dir");
      double size = file.number("file_size");
      out.add(
          new ArtifactEntry(
              file.text("path"), directory, directory || Double.isNaN(size) ? -1 : (long) size));
    }
    return List.copyOf(out);
  }

  /// The path in the store that a location stands for.
  private String located(String location) {
    Matcher proxied = PROXIED.matcher(location);
    if (proxied.matches()) {
      return proxied.group(1);
    }
    Matcher run = RUN.matcher(location);
    if (!run.matches()) {
      throw new IllegalArgumentException(
          "'%s'; valid: runs:/RUN/path or mlflow-artifacts:/path".formatted(location));
    }
    Fields answer =
        calls.object(
            "run " + run.group(1),
            () -> calls.request("/api/2.0/mlflow/runs/get?run_id=" + encoded(run.group(1))).GET());
    String root = answer.object("run").object("info").text("artifact_uri");
    Matcher kept = PROXIED.matcher(root);
    if (!kept.matches()) {
      throw new GnomonException(
          0,
          "Kept elsewhere",
          "the artifacts of run %s are at %s, not at this server".formatted(run.group(1), root),
          List.of(),
          null);
    }
    return below(kept.group(1), run.group(2) == null ? "" : run.group(2));
  }

  private static String below(String directory, String name) {
    return directory.isEmpty() ? name : name.isEmpty() ? directory : directory + "/" + name;
  }

  /// A name that a server gave, as a place in a directory: it may be anybody's, and lead anywhere.
  private static Path inside(Path directory, String name) {
    Path place =
        name.isEmpty() || name.equals(".") || name.equals("..") || name.matches(".*[/\\\\\0].*")
            ? directory
            : directory.resolve(name).normalize();
    if (!directory.equals(place.getParent())) {
      throw new GnomonException(
          0, "Unsafe name", "the server names a file '%s'".formatted(name), List.of(), null);
    }
    return place;
  }

  static String address(String path) {
    return PROXY + "/" + encoded(path);
  }

  static String encoded(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /// Whether something is a file of its own and no link.
  static boolean plainFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// States how a server is asked.
  public static final class Builder {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long LEAST_PART = 1 << 16;

    private final URI server;
    private Optional<String> token = Optional.empty();
    private Duration patience = Duration.ofMinutes(10);
    private int retries = 6;
    private long partBytes = 64L << 20;
    private Optional<SSLContext> tls = Optional.empty();
    private Calls.Pause pause = TimeUnit.NANOSECONDS::sleep;

    private Builder(URI server) {
      String scheme = server.getScheme();
      if (scheme == null
          || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
          || server.getHost() == null
          || server.getRawQuery() != null
          || server.getRawFragment() != null
          || server.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "'%s' names no server; valid: http://host:port or https://host:port".formatted(server));
      }
      this.server = URI.create(server.toString().replaceAll("/+$", ""));
    }

    /// Who asks, as `gnomon token create` printed it.
    public Builder token(String bearer) {
      if (!bearer.matches("[!-~]+")) {
        throw new IllegalArgumentException("a token is made of visible ASCII characters");
      }
      token = Optional.of(bearer);
      return this;
    }

    /// How long one request may last, with the bytes of one part; 10 minutes when not stated.
    public Builder patience(Duration most) {
      if (most.isNegative() || most.isZero()) {
        throw new IllegalArgumentException("a patience of %s; valid: more than 0".formatted(most));
      }
      patience = most;
      return this;
    }

    /// How often a request is repeated, 0 to 100; 6 when not stated.
    public Builder retries(int most) {
      if (most < 0 || most > 100) {
        throw new IllegalArgumentException("%d retries; valid: 0 to 100".formatted(most));
      }
      retries = most;
      return this;
    }

    /// Longer files go in parts of this many bytes; 64 MiB when not stated.
    public Builder partBytes(long bytes) {
      if (bytes < LEAST_PART) {
        throw new IllegalArgumentException(
            "parts of %d bytes; valid: %d and more".formatted(bytes, LEAST_PART));
      }
      partBytes = bytes;
      return this;
    }

    /// Whose certificates are trusted; those of the JDK when not stated.
    public Builder tls(SSLContext context) {
      tls = Optional.of(context);
      return this;
    }

    Builder pause(Calls.Pause one) {
      pause = one;
      return this;
    }

    public ArtifactClient build() {
      HttpClient.Builder http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT);
      tls.ifPresent(http::sslContext);
      return new ArtifactClient(
          new ArtifactCalls(http.build(), server, token, patience, retries, pause), partBytes);
    }
  }
}
