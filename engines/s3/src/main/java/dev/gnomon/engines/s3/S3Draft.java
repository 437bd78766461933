package dev.gnomon.engines.s3;

import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// An object on its way. What fits into one part is held and sent under its key at once; more goes
/// in parts to `drafts/`, and is copied to its key when that is known.
final class S3Draft implements ObjectStore.Draft {
  /// The store takes 10,000 parts and none below 5 MiB but the last.
  private static final int FIRST_PARTS = 8 << 20;

  /// Parts grow, so that 10,000 of them are enough for a tebibyte and more, and few bytes need
  /// little memory.
  private static final int LARGEST_PART = 128 << 20;

  private static final int PARTS_OF_A_SIZE = 500;

  /// Copied in one question; the store takes 5 GiB.
  private static final long MOST_AT_ONCE = 1L << 30;

  private final S3Client client;
  private final String bucket;
  private final S3Objects objects;
  private final String draft;
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] held = new byte[1 << 16];
  private int length;
  private int size = FIRST_PARTS;
  private long total;
  private @Nullable String upload;
  private boolean whole;

  S3Draft(S3Client client, String bucket, S3Objects objects) {
    this.client = client;
    this.bucket = bucket;
    this.objects = objects;
    this.draft = objects.full(S3Objects.DRAFTS + UUID.randomUUID());
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    int at = from;
    int left = count;
    while (left > 0) {
      if (length == size) {
        send();
      }
      int take = Math.min(left, size - length);
      if (length + take > held.length) {
        held = Arrays.copyOf(held, (int) Math.min(size, Math.max(2L * held.length, length + take)));
      }
      System.arraycopy(bytes, at, held, length, take);
      length += take;
      at += take;
      left -= take;
    }
  }

  private void send() throws IOException {
    String id = upload;
    if (id == null) {
      id =
          S3Objects.asked(
              () -> client.createMultipartUpload(to -> to.bucket(bucket).key(draft)).uploadId());
      upload = id;
    }
    String to = id;
    int number = parts.size() + 1;
    String etag =
        S3Objects.asked(() ->
            client
                .uploadPart(
                    part -> part.bucket(bucket).key(draft).uploadId(to).partNumber(number), body())
                .eTag());
    parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    total += length;
    length = 0;
    if (parts.size() % PARTS_OF_A_SIZE == 0 && size < LARGEST_PART) {
      size *= 2;
    }
  }

  /// What is held, without a copy; may be sent again when the connection broke.
  private RequestBody body() {
    int count = length;
    byte[] bytes = held;
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, count), count, "application/octet-stream");
  }

  @Override
  public void commit(String key) throws IOException {
    String to = objects.full(key);
    if (upload == null) {
      S3Objects.asked(() -> client.putObject(at -> at.bucket(bucket).key(to), body()));
      return;
    }
    if (length > 0) {
      send();
    }
    S3Objects.asked(() ->
        client.completeMultipartUpload(of ->
            of.bucket(bucket)
                .key(draft)
                .uploadId(upload)
                .multipartUpload(all -> all.parts(parts))));
    whole = true;
    if (total <= MOST_AT_ONCE) {
      S3Objects.asked(() ->
          client.copyObject(of ->
              of.sourceBucket(bucket)
                  .sourceKey(draft)
                  .destinationBucket(bucket)
                  .destinationKey(to)));
    } else {
      copyInParts(to);
    }
  }

  private void copyInParts(String to) throws IOException {
    String id =
        S3Objects.asked(
            () -> client.createMultipartUpload(at -> at.bucket(bucket).key(to)).uploadId());
    try {
      List<CompletedPart> copied = new ArrayList<>();
      for (long from = 0; from < total; from += MOST_AT_ONCE) {
        String range = "bytes=%d-%d".formatted(from, Math.min(total, from + MOST_AT_ONCE) - 1);
        int number = copied.size() + 1;
        String etag =
            S3Objects.asked(() ->
                client
                    .uploadPartCopy(of ->
                        of.sourceBucket(bucket)
                            .sourceKey(draft)
                            .destinationBucket(bucket)
                            .destinationKey(to)
                            .uploadId(id)
                            .partNumber(number)
                            .copySourceRange(range))
                    .copyPartResult()
                    .eTag());
        copied.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
      }
      S3Objects.asked(() ->
          client.completeMultipartUpload(of ->
              of.bucket(bucket).key(to).uploadId(id).multipartUpload(all -> all.parts(copied))));
    } catch (IOException e) {
      S3Objects.asked(
          () -> client.abortMultipartUpload(of -> of.bucket(bucket).key(to).uploadId(id)));
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (whole) {
      S3Objects.asked(() -> client.deleteObject(of -> of.bucket(bucket).key(draft)));
    } else if (upload != null) {
      S3Objects.asked(
          () -> client.abortMultipartUpload(of -> of.bucket(bucket).key(draft).uploadId(upload)));
    }
  }
}
