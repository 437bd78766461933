package dev.gnomon.engines.s3;

import dev.gnomon.artifacts.spi.ObjectStore;
import dev.gnomon.artifacts.spi.ObjectStoreProvider;
import dev.gnomon.core.BadInput;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Opens `s3://bucket/prefix`.
///
/// Credentials are those of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
/// `AWS_SESSION_TOKEN`), or else whatever the SDK finds: profiles, the machine's role. For stores
/// of others `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` names where they are; these are asked with
/// the bucket in the path.
public final class S3ObjectsProvider implements ObjectStoreProvider {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public List<String> schemes() {
    return List.of("s3");
  }

  @Override
  public ObjectStore open(URI address, Map<String, String> settings) {
    String bucket = address.getAuthority();
    String path = address.getPath() == null ? "" : address.getPath();
    if (bucket == null
        || !bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
        || address.getQuery() != null
        || address.getFragment() != null
        || !path.matches("(/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*/?")) {
      throw new BadInput(
          "artifacts", "'%s'".formatted(address), "s3://bucket or s3://bucket/prefix");
    }
    String prefix = path.isEmpty() || path.equals("/") ? "" : path.substring(1) + "/";
    S3ClientBuilder client =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .socketTimeout(PATIENCE)
                    .connectionTimeout(PATIENCE))
            // Stores of others know no newer checksums; ours are over the content itself.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .region(
                Region.of(
                    settings.getOrDefault(
                        "AWS_REGION", settings.getOrDefault("AWS_DEFAULT_REGION", "us-east-1"))));
    String endpoint =
        settings.getOrDefault("AWS_ENDPOINT_URL_S3", settings.getOrDefault("AWS_ENDPOINT_URL", ""));
    if (!endpoint.isBlank()) {
      client.endpointOverride(endpoint(endpoint)).forcePathStyle(true);
    }
    String id = settings.get("AWS_ACCESS_KEY_ID");
    String secret = settings.get("AWS_SECRET_ACCESS_KEY");
    client.credentialsProvider(
        id == null || secret == null
            ? DefaultCredentialsProvider.builder().build()
            : StaticCredentialsProvider.create(
                credentials(id, secret, settings.get("AWS_SESSION_TOKEN"))));
    return new S3Objects(client.build(), bucket, prefix.replaceAll("/+$", "/"));
  }

  private static software.amazon.awssdk.auth.credentials.AwsCredentials credentials(
      String id, String secret, @Nullable String session) {
    return session == null
        ? AwsBasicCredentials.create(id, secret)
        : AwsSessionCredentials.create(id, secret, session);
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text.strip());
      if (uri.getHost() != null && uri.getScheme() != null && uri.getScheme().matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Refused below.
    }
    throw new BadInput("AWS_ENDPOINT_URL", "'%s'".formatted(text), "https://host:port");
  }
}
