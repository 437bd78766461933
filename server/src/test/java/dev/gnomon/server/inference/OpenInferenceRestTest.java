package dev.gnomon.server.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.testkit.inference.OpenInferenceRestContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The protocol around identity models.
class OpenInferenceRestTest extends OpenInferenceRestContract {
  private static IdentityServer server;

  @BeforeAll
  static void start(@TempDir Path home) {
    server = new IdentityServer(home);
  }

  @AfterAll
  static void stop() {
    server.close();
    assertThat(server.failures).allSatisfy(failure -> assertThat(failure).hasMessage("secret"));
  }

  @Override
  protected URI base() {
    return server.base();
  }

  @Override
  protected int maxBytes() {
    return IdentityServer.MAX_BYTES;
  }
}
