package dev.gnomon.engines.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.spi.ObjectStore;
import dev.gnomon.core.BadInput;
import dev.gnomon.testkit.ArtifactsContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class S3ArtifactsTest extends ArtifactsContract {
  private static final AtomicInteger SERIAL = new AtomicInteger();
  @TempDir private static Path folder = Path.of("");
  private static @Nullable S3Server server;

  @BeforeAll
  static void startServer() throws IOException {
    S3Server started = S3Server.start(folder);
    server = started;
    try (S3Client client =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .endpointOverride(started.address())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "secret")))
            .build()) {
      client.createBucket(of -> of.bucket("artifacts"));
    }
  }

  @AfterAll
  static void stopServer() {
    S3Server started = server;
    if (started != null) {
      started.close();
    }
  }

  private static Map<String, String> settings() {
    return java.util.Objects.requireNonNull(server).settings();
  }

  @Override
  protected ObjectStore openEmpty() {
    return new S3ObjectsProvider()
        .open(URI.create("s3://artifacts/test/" + SERIAL.incrementAndGet()), settings());
  }

  @Test
  void isFoundByItsScheme() throws IOException {
    try (Artifacts found = Artifacts.open("s3://artifacts/found", settings(), Instant::now)) {
      assertThat(found.list(path("x"), null, 5).entries()).isEmpty();
    }
    try (Artifacts none = Artifacts.open("s3://no-such-bucket", settings(), Instant::now)) {
      assertThatThrownBy(() -> none.list(path("x"), null, 5)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesAddressesThatAreNone() {
    for (String address :
        List.of("s3:/x", "s3://UPPER/x", "s3://bucket/a/../b", "s3://bucket/x?y=z", "s3://b")) {
      assertThatThrownBy(() -> new S3ObjectsProvider().open(URI.create(address), Map.of()))
          .as(address)
          .isInstanceOf(BadInput.class);
    }
  }
}
