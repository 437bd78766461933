package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.server.security.Oidc;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Tls;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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

  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description = "Take tokens (JWT) of this identity provider too; needs --oidc-audience.")
  private Optional<String> issuer = Optional.empty();

  @Option(
      names = "--oidc-audience",
      paramLabel = "NAME",
      description = "The audience (aud) that its tokens must be for.")
  private Optional<String> audience = Optional.empty();

  @Option(
      names = "--oidc-role-claim",
      paramLabel = "CLAIM",
      description = "The claim that says what its bearer may do. Default: ${DEFAULT-VALUE}.")
  private String roleClaim = "roles";

  @Option(
      names = "--oidc-role",
      paramLabel = "WORD=ROLE",
      description =
          "What a word of that claim means: viewer, editor, releaser, admin, or approve. Repeatable."
              + " Default: these words themselves.")
  private List<String> roles = List.of();

  @Option(
      names = "--oidc-use-case-claim",
      paramLabel = "CLAIM",
      description = "The claim with the use cases that its bearer may use. Default: all.")
  private Optional<String> useCaseClaim = Optional.empty();

  private Optional<Oidc> oidc() {
    if (issuer.isEmpty()) {
      if (audience.isPresent()) {
        throw new BadInput(
            "--oidc-audience", "the identity provider is missing", "--oidc-issuer URL too");
      }
      return Optional.empty();
    }
    return Optional.of(Oidc.of(issuer.get(), audience.orElse(""), roleClaim, roles, useCaseClaim));
  }

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
        oidc(),
        Security.ARRIVAL,
        clock);
  }
}
