package dev.gnomon.engines.s3;

import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects of a bucket under a prefix. An object of S3 appears whole or not at all, and is durable
/// when the store says so; a long one is sent in parts to a place of its own and copied, by the
/// store itself, to its key.
final class S3Objects implements ObjectStore {
  static final String DRAFTS = "drafts/";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._=@,~+/-]+");
  private static final int MOST_LISTED = 1_000;

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  /// @param prefix of all keys; empty, or ends in a slash
  S3Objects(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /// Asks the store.
  interface Question<T> {
    T ask() throws IOException;
  }

  /// What the SDK throws is said as what it is: input and output that failed.
  static <T> T asked(Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (SdkException e) {
      throw new IOException("the object store: " + e.getMessage(), e);
    }
  }

  private static boolean missing(S3Exception e) {
    return e.statusCode() == 404;
  }

  String full(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("no key: " + key);
    }
    return prefix + key;
  }

  @Override
  public Draft draft() {
    return new S3Draft(client, bucket, this);
  }

  @Override
  public void put(String key, byte[] bytes) throws IOException {
    asked(() ->
        client.putObject(to -> to.bucket(bucket).key(full(key)), RequestBody.fromBytes(bytes)));
  }

  @Override
  public Optional<Info> find(String key) throws IOException {
    return asked(() -> {
      try {
        HeadObjectResponse found = client.headObject(of -> of.bucket(bucket).key(full(key)));
        return Optional.of(new Info(key, found.contentLength(), found.lastModified()));
      } catch (S3Exception e) {
        if (missing(e)) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  @Override
  public Optional<byte[]> get(String key, int most) throws IOException {
    return asked(() -> {
      try (var in = client.getObject(of -> of.bucket(bucket).key(full(key)))) {
        if (in.response().contentLength() > most) {
          in.abort();
          throw new DamagedArtifact("%s is longer than %d bytes".formatted(key, most));
        }
        return Optional.of(in.readAllBytes());
      } catch (S3Exception e) {
        if (missing(e)) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  @Override
  public InputStream read(String key, long from, long until) throws IOException {
    if (from == until) {
      return InputStream.nullInputStream();
    }
    return asked(() -> {
      try {
        return new Aborting(
            client.getObject(of ->
                of.bucket(bucket).key(full(key)).range("bytes=%d-%d".formatted(from, until - 1))));
      } catch (S3Exception e) {
        if (missing(e)) {
          throw new NoSuchFileException(key);
        }
        if (e.statusCode() == 416) {
          // Shorter than it was: whoever compares finds too few bytes.
          return InputStream.nullInputStream();
        }
        throw e;
      }
    });
  }

  @Override
  public boolean delete(String key) throws IOException {
    if (find(key).isEmpty()) {
      return false;
    }
    asked(() -> client.deleteObject(of -> of.bucket(bucket).key(full(key))));
    return true;
  }

  @Override
  public Listing list(String under, @Nullable String token, int most) throws IOException {
    String at = prefix + under;
    return asked(() -> {
      ListObjectsV2Response page;
      try {
        page =
            client.listObjectsV2(of ->
                of.bucket(bucket)
                    .prefix(at)
                    .delimiter("/")
                    .maxKeys(Math.min(most, MOST_LISTED))
                    .continuationToken(token));
      } catch (S3Exception e) {
        if (token != null && e.statusCode() == 400) {
          throw new IllegalArgumentException("no token of a list: " + token, e);
        }
        throw e;
      }
      List<String> parts = new ArrayList<>();
      for (CommonPrefix one : page.commonPrefixes()) {
        parts.add(one.prefix().substring(at.length()));
      }
      for (S3Object one : page.contents()) {
        parts.add(one.key().substring(at.length()));
      }
      return new Listing(
          List.copyOf(parts),
          Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null);
    });
  }

  @Override
  public void walk(String under, Consumer<Info> each) throws IOException {
    String at = prefix + under;
    asked(() -> {
      client
          .listObjectsV2Paginator(of -> of.bucket(bucket).prefix(at))
          .contents()
          .forEach(one ->
              each.accept(
                  new Info(one.key().substring(prefix.length()), one.size(), one.lastModified())));
      return true;
    });
  }

  @Override
  public int sweep(Instant before, boolean dryRun) throws IOException {
    List<String> old = new ArrayList<>();
    walk(
        DRAFTS,
        info -> {
          if (info.modified().isBefore(before)) {
            old.add(info.key());
          }
        });
    List<MultipartUpload> begun = new ArrayList<>();
    asked(() -> {
      client
          .listMultipartUploads(of -> of.bucket(bucket).prefix(prefix + DRAFTS))
          .uploads()
          .stream()
          .filter(one ->
              one.key().startsWith(prefix + DRAFTS)
                  && (one.initiated() == null || one.initiated().isBefore(before)))
          .forEach(begun::add);
      return true;
    });
    if (!dryRun) {
      for (String key : old) {
        delete(key);
      }
      for (MultipartUpload one : begun) {
        asked(() ->
            client.abortMultipartUpload(
                of -> of.bucket(bucket).key(one.key()).uploadId(one.uploadId())));
      }
    }
    return old.size() + begun.size();
  }

  @Override
  public boolean distant() {
    return true;
  }

  @Override
  public void close() {
    client.close();
  }
}
