package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Tls;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Who may call a server, and how they reach it.
final class SecurityOptions {
  @Option(
      names = "--require-tokens",
      description = "Ask everybody for a token, also while there is none.")
  private boolean requireTokens;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "Speak TLS: certificates as PEM, the server's own first. Read again when changed.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key as PEM (PKCS#8, not encrypted).")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--behind-proxy",
      description =
          "TLS ends at a proxy that alone can reach this server and adds X-Forwarded-For.")
  private boolean behindProxy;

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      description = "Requests per second that one token may make (429 beyond). Default: no limit.")
  private double rate;

  Security security(Home home, InstantSource clock) {
    if (certificate.isPresent() != key.isPresent()) {
      throw new BadInput(
          certificate.isPresent() ? "--tls-cert" : "--tls-key",
          "the other of the two is missing",
          "--tls-cert FILE --tls-key FILE");
    }
    if (!(rate >= 0) || rate > 1e9) {
      throw new BadInput("--rate " + rate, "not a rate", "a number above 0");
    }
    return new Security(
        home.tokens(),
        requireTokens,
        behindProxy,
        rate,
        certificate.map(file -> new Tls.Files(file, key.orElseThrow())),
        Security.ARRIVAL,
        clock);
  }
}
