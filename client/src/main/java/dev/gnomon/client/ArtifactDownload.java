package dev.gnomon.client;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Gets single files. What came of one lies beside it, as `.<name>.<hash>.part`, until all of it is
/// there and is what it should be.
record ArtifactDownload(ArtifactCalls calls) {
  private static final int MOST_OF_HASH = 16;

  /// @param address of the artifact
  /// @return whether there is such a file
  boolean file(String address, Path target) throws IOException {
    HttpResponse<byte[]> head =
        calls.answer(
            "HEAD " + address,
            () -> calls.request(address).method("HEAD", BodyPublishers.noBody()),
            ignored -> new BoundedBody());
    if (head.statusCode() == 404) {
      return false;
    }
    if (head.statusCode() / 100 != 2) {
      // Answers to HEAD do not say why.
      calls.ask("GET " + address, () -> calls.request(address).GET(), ignored -> new BoundedBody());
      throw ArtifactCalls.refused(head);
    }
    String etag = head.headers().firstValue("ETag").orElse("");
    String sha256 = etag.replace("\"", "");
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new GnomonException(
          0, "Unreadable answer", address + " has no SHA-256 as its etag", List.of(), null);
    }
    if (ArtifactClient.plainFile(target)
        && FileDigest.of(target, 0, Files.size(target)).equals(sha256)) {
      return true;
    }
    Path part =
        target.resolveSibling(
            ".%s.%s.part".formatted(target.getFileName(), sha256.substring(0, MOST_OF_HASH)));
    get(address, etag, part);
    if (!FileDigest.of(part, 0, Files.size(part)).equals(sha256)) {
      // What was there before was something else.
      Files.delete(part);
      get(address, etag, part);
    }
    if (!FileDigest.of(part, 0, Files.size(part)).equals(sha256)) {
      Files.delete(part);
      throw new GnomonException(
          0, "Other content", address + " arrived with another SHA-256", List.of(), null);
    }
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private void get(String address, String etag, Path part) throws IOException {
    if (Files.exists(part, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        && !ArtifactClient.plainFile(part)) {
      throw new java.nio.file.FileSystemException(part.toString(), null, "not a plain file");
    }
    HttpResponse<byte[]> answer =
        calls.answer(
            "GET " + address,
            () -> {
              long had = Files.exists(part) ? Files.size(part) : 0;
              var request = calls.request(address).GET();
              return had > 1
                  ? request.header("Range", "bytes=" + had + "-").header("If-Range", etag)
                  : request;
            },
            head -> {
              if (head.statusCode() == 206) {
                return kept(part, StandardOpenOption.APPEND);
              }
              return head.statusCode() == 200
                  ? kept(part, StandardOpenOption.TRUNCATE_EXISTING)
                  : new BoundedBody();
            });
    // 416: all of it is there already.
    if (answer.statusCode() / 100 != 2 && answer.statusCode() != 416) {
      throw ArtifactCalls.refused(answer);
    }
  }

  private static HttpResponse.BodySubscriber<byte[]> kept(Path part, StandardOpenOption how) {
    return BodySubscribers.mapping(
        BodySubscribers.ofFile(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how),
        file -> new byte[0]);
  }
}
