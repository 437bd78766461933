package dev.gnomon.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sends single files.
///
/// @param partBytes longer ones go in parts of this many bytes
record ArtifactUpload(ArtifactCalls calls, long partBytes) {
  private static final int MOST_PARTS = 10_000;
  private static final String MULTIPART = "/api/2.0/mlflow-artifacts/mpu/";

  /// @param path of the artifact
  /// @return whether it was sent; it is not when it is there already
  boolean file(Path file, String path) throws IOException {
    long size = Files.size(file);
    String sha256 = FileDigest.of(file, 0, size);
    if (there(path).equals(sha256)) {
      return false;
    }
    if (size <= partBytes) {
      whole(file, path, size, sha256);
    } else {
      inParts(file, path, size, sha256);
      String kept = there(path);
      if (!kept.equals(sha256)) {
        throw new GnomonException(
            0,
            "Other content",
            "%s has the SHA-256 %s at the server, and %s here: was it written meanwhile?"
                .formatted(path, kept, sha256),
            List.of(),
            null);
      }
    }
    return true;
  }

  /// The SHA-256 of what is there; empty when there is nothing.
  private String there(String path) {
    HttpResponse<byte[]> answer =
        calls.answer(
            "HEAD " + path,
            () ->
                calls.request(ArtifactClient.address(path)).method("HEAD", BodyPublishers.noBody()),
            head -> new BoundedBody());
    if (answer.statusCode() / 100 == 2) {
      return answer.headers().firstValue("ETag").orElse("").replace("\"", "");
    }
    // Answers to HEAD do not say why; sending the file does.
    return "";
  }

  private void whole(Path file, String path, long size, String sha256) {
    String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    calls.ask(
        "PUT " + path,
        () ->
            calls
                .request(ArtifactClient.address(path))
                .header("Content-Type", "application/octet-stream")
                .header("Repr-Digest", "sha-256=:" + digest + ":")
                .PUT(bytes(file, 0, size)),
        head -> new BoundedBody());
  }

  private static HttpRequest.BodyPublisher bytes(Path file, long from, long until) {
    if (from == until) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> {
          try {
            return FileDigest.part(file, from, until);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }),
        until - from);
  }

  private void inParts(Path file, String path, long size, String sha256) throws IOException {
    long length = Math.max(partBytes, (size + MOST_PARTS - 1) / MOST_PARTS);
    int count = (int) ((size + length - 1) / length);
    int slash = path.lastIndexOf('/');
    String directory = ArtifactClient.encoded(slash < 0 ? "." : path.substring(0, slash));
    Map<String, Object> begin = new LinkedHashMap<>();
    begin.put("path", path.substring(slash + 1));
    begin.put("num_parts", count);
    // The same content in the same parts goes on where it was.
    begin.put("key", sha256 + ":" + length);
    Fields created =
        calls.object(
            "upload of " + path,
            () -> calls.post(MULTIPART + "create/" + directory, JsonWriter.write(begin)));
    Map<Integer, String> kept = new HashMap<>();
    for (Fields part : created.list("parts")) {
      kept.put(part.whole("part_number"), part.text("etag"));
    }
    List<Map<String, Object>> parts = new ArrayList<>();
    for (Fields credential : created.list("credentials")) {
      int number = credential.whole("part_number");
      long from = (number - 1) * length;
      long until = Math.min(size, from + length);
      String etag = FileDigest.of(file, from, until);
      if (!etag.equals(kept.get(number))) {
        part(file, path, credential.text("url"), number, from, until, etag);
      }
      parts.add(Map.of("part_number", number, "etag", etag, "url", ""));
    }
    Map<String, Object> complete = new LinkedHashMap<>();
    complete.put("path", path.substring(slash + 1));
    complete.put("upload_id", created.text("upload_id"));
    complete.put("parts", parts);
    calls.object(
        "upload of " + path,
        () -> calls.post(MULTIPART + "complete/" + directory, JsonWriter.write(complete)));
  }

  private void part(
      Path file, String path, String url, int number, long from, long until, String etag) {
    HttpResponse<byte[]> answer =
        calls.ask(
            "part %d of %s".formatted(number, path),
            () ->
                calls
                    .request(url)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(bytes(file, from, until)),
            head -> new BoundedBody());
    String found = answer.headers().firstValue("ETag").orElse("").replace("\"", "");
    if (!found.equals(etag)) {
      throw new GnomonException(
          0,
          "Other content",
          "part %d of %s arrived as %s, sent was %s".formatted(number, path, found, etag),
          List.of(),
          null);
    }
  }
}
