package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Around the JSON: lengths, media types, compression, limits.
abstract class RestBodies extends RestChapter {
  RestBodies(OpenInferenceRestContract server) {
    super(server);
  }

  @Test
  void theHeaderLengthMustFitTheBody() {
    byte[] body = fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8);
    for (String length :
        List.of(Integer.toString(body.length + 1), "-1", "x", "99999999999", "0", "5")) {
      refused(
          http.post(
              FP64,
              body,
              "Content-Type",
              "application/octet-stream",
              InferenceHttp.HEADER_LENGTH,
              length),
          400);
    }
    InferenceHttp.Reply whole =
        http.post(FP64, body, InferenceHttp.HEADER_LENGTH, Integer.toString(body.length));
    assertThat(whole.status()).isEqualTo(200);
  }

  @Test
  void formsOfOtherPagesAreRefusedAndEverythingElseIsTaken() {
    byte[] body = fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8);
    for (String type :
        List.of(
            "application/x-www-form-urlencoded",
            "text/plain;charset=UTF-8",
            "multipart/form-data; boundary=x")) {
      refused(http.post(FP64, body, "Content-Type", type), 415, "application/json");
      assertThat(
              http.post(
                      FP64,
                      body,
                      "Content-Type",
                      type,
                      InferenceHttp.HEADER_LENGTH,
                      Integer.toString(body.length))
                  .status())
          .isEqualTo(200);
    }
    assertThat(http.post(FP64, body).status()).isEqualTo(200);
    assertThat(http.post(FP64, body, "Content-Type", "application/octet-stream").status())
        .isEqualTo(200);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] plain, boolean bare) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new java.util.zip.Deflater(6, bare))) {
      deflate.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void compressedBodiesAreRead() {
    byte[] plain = fp64("[1,2]", "[1,2]").getBytes(StandardCharsets.UTF_8);
    for (byte[] body : List.of(gzip(plain), deflate(plain, false), deflate(plain, true))) {
      String encoding = (body[0] & 0xff) == 0x1f ? "gzip" : "deflate";
      InferenceHttp.Reply reply = http.post(FP64, body, "Content-Encoding", encoding);
      assertThat(output(reply).path("data").toString()).isEqualTo("[1.0,2.0]");
    }
    // The length of the JSON part is that of the plain body.
    InferenceSample sample = InferenceSample.all().getFirst();
    String json = binary(sample, "\"parameters\":{}");
    InferenceHttp.Reply reply =
        http.post(
            path(sample),
            gzip(InferenceHttp.joined(json, sample.raw())),
            "Content-Encoding",
            "gzip",
            InferenceHttp.HEADER_LENGTH,
            Integer.toString(json.length()));
    same(sample, output(reply));
  }

  @Test
  void brokenOrOverlargeCompressionIsRefused() {
    byte[] body = gzip(fp64("[1,2]", "[1,2]").getBytes(StandardCharsets.UTF_8));
    refused(http.post(FP64, Arrays.copyOf(body, body.length - 5), "Content-Encoding", "gzip"), 400);
    refused(http.post(FP64, Arrays.copyOf(body, 12), "Content-Encoding", "gzip"), 400);
    byte[] wrong = body.clone();
    wrong[body.length - 6] ^= 1;
    refused(http.post(FP64, wrong, "Content-Encoding", "gzip"), 400, "checksum");
    refused(
        http.post(FP64, "{}".getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip"), 400);
    refused(
        http.post(FP64, "{}".getBytes(StandardCharsets.UTF_8), "Content-Encoding", "deflate"), 400);
    refused(http.post(FP64, body, "Content-Encoding", "br"), 415, "gzip");
    refused(
        http.post(FP64, gzip(new byte[server.maxBytes() + 1]), "Content-Encoding", "gzip"), 413);
  }

  @Test
  void answersAreCompressedWhereAsked() throws IOException {
    String zeros = "0,".repeat(1_999) + "0";
    byte[] body = fp64("[1,2000]", "[" + zeros + "]").getBytes(StandardCharsets.UTF_8);
    InferenceHttp.Reply gzip = http.post(FP64, body, "Accept-Encoding", "deflate, gzip");
    assertThat(gzip.header("Content-Encoding")).contains("gzip");
    assertThat(gzip.body().length).isLessThan(1_000);
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes();
    assertThat(new String(plain, StandardCharsets.UTF_8)).contains("\"model_name\"");
    InferenceHttp.Reply deflate = http.post(FP64, body, "Accept-Encoding", "deflate");
    assertThat(deflate.header("Content-Encoding")).contains("deflate");
    byte[] same =
        new java.util.zip.InflaterInputStream(new ByteArrayInputStream(deflate.body()))
            .readAllBytes();
    assertThat(same).isEqualTo(plain);
    assertThat(http.post(FP64, body, "Accept-Encoding", "gzip;q=0").header("Content-Encoding"))
        .isEmpty();
    assertThat(http.post(FP64, body).body()).isEqualTo(plain);
    InferenceHttp.Reply small =
        http.post(
            FP64,
            fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8),
            "Accept-Encoding",
            "gzip, deflate");
    assertThat(output(small).path("data").toString()).isEqualTo("[1.0]");
  }

  @Test
  void bodiesOverTheLimitAreRefused() {
    byte[] body = new byte[server.maxBytes() + 1];
    Arrays.fill(body, (byte) ' ');
    refused(http.post(FP64, body, "Content-Type", "application/json"), 413);
  }
}
