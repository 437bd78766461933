package dev.gnomon.server.security;

import dev.gnomon.core.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The server's certificate and key, read from PEM files and read again when these change, so that
/// a renewed certificate needs no restart. Connections that are open keep the one they began with.
public final class Tls {
  /// What is spoken; older versions are broken.
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /// @param certificate the server's own first, then those that lead to its issuer
  /// @param key PKCS#8, not encrypted
  public record Files(Path certificate, Path key) {}

  private record Pair(PrivateKey key, X509Certificate[] chain) {}

  private final Files files;
  private final InstantSource clock;
  private final Consumer<String> told;
  private final Keys keys;
  private String seen;

  private Tls(Files files, InstantSource clock, Consumer<String> told) {
    this.files = files;
    this.clock = clock;
    this.told = told;
    this.seen = stamp();
    this.keys = new Keys(read());
  }

  /// @param told when a changed file can't be used
  /// @throws BadInput naming the file and what is valid there
  static Tls open(Files files, InstantSource clock, Consumer<String> told) {
    return new Tls(files, clock, told);
  }

  /// What a TLS library asks for the key.
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /// Reads the files again if they changed. Files that do not fit leave what was known.
  void refresh() {
    String now = stamp();
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      keys.take(read());
      told.accept("TLS: took the new certificate " + files.certificate());
    } catch (BadInput e) {
      // Perhaps only one of the two was replaced yet: the next change is another look.
      e.problems().forEach(p -> told.accept("TLS: the old certificate stays; " + p.line()));
    }
  }

  private String stamp() {
    return stamp(files.certificate()) + " " + stamp(files.key());
  }

  private static String stamp(Path file) {
    try {
      return java.nio.file.Files.getLastModifiedTime(file)
          + "/"
          + java.nio.file.Files.size(file)
          + "/"
          + file.toRealPath();
    } catch (IOException e) {
      return "none";
    }
  }

  private Pair read() {
    X509Certificate[] chain = chain();
    PrivateKey key = key(chain[0].getPublicKey());
    try {
      chain[0].checkValidity(java.util.Date.from(clock.instant()));
    } catch (CertificateException e) {
      throw bad("--tls-cert", files.certificate(), String.valueOf(e.getMessage()), CERTIFICATE);
    }
    if (!fits(key, chain[0].getPublicKey())) {
      throw bad(
          "--tls-key",
          files.key(),
          "it is not the key of " + files.certificate(),
          "the key that the certificate was issued for");
    }
    return new Pair(key, chain);
  }

  private static final String CERTIFICATE =
      "a PEM file of certificates that hold now, the server's own first";
  private static final String KEY =
      "a PEM file with one PKCS#8 key, not encrypted; openssl pkcs8 -topk8 -nocrypt converts others";

  private X509Certificate[] chain() {
    String text = text("--tls-cert", files.certificate(), CERTIFICATE);
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain =
          PEM.matcher(text)
              .results()
              .filter(part -> part.group(1).equals("CERTIFICATE"))
              .map(part -> {
                try {
                  return (X509Certificate)
                      factory.generateCertificate(
                          new ByteArrayInputStream(
                              part.group().getBytes(StandardCharsets.US_ASCII)));
                } catch (CertificateException e) {
                  throw bad("--tls-cert", files.certificate(), "no certificate", CERTIFICATE);
                }
              })
              .toList();
      if (chain.isEmpty()) {
        throw bad("--tls-cert", files.certificate(), "it holds no certificate", CERTIFICATE);
      }
      return chain.toArray(X509Certificate[]::new);
    } catch (CertificateException e) {
      throw new IllegalStateException("every Java platform has X.509", e);
    }
  }

  private PrivateKey key(PublicKey of) {
    String text = text("--tls-key", files.key(), KEY);
    Matcher pem = PEM.matcher(text);
    while (pem.find()) {
      String kind = pem.group(1);
      if (kind.equals("PRIVATE KEY")) {
        try {
          byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
          return KeyFactory.getInstance(of.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
          throw bad(
              "--tls-key",
              files.key(),
              "it is no key for %s, which the certificate is for".formatted(of.getAlgorithm()),
              KEY);
        }
      }
      if (kind.endsWith("PRIVATE KEY")) {
        throw bad("--tls-key", files.key(), "it holds the form " + kind, KEY);
      }
    }
    throw bad("--tls-key", files.key(), "it holds no key", KEY);
  }

  private static String text(String option, Path file, String valid) {
    try {
      return java.nio.file.Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw bad(
          option,
          file,
          java.nio.file.Files.exists(file) ? "it can't be read" : "there is no such file",
          valid);
    }
  }

  private static BadInput bad(String option, Path file, String found, String valid) {
    return new BadInput(option + " " + file, found, valid);
  }

  /// Whether what the one signs the other verifies.
  private static boolean fits(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      byte[] message = {1, 2, 3};
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(message);
      byte[] signature = signing.sign();
      signing.initVerify(certified);
      signing.update(message);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// Hands out the newest pair; a handshake that chose the one before still gets that.
  private static final class Keys extends X509ExtendedKeyManager {
    private record Generation(String alias, Pair pair, @Nullable Generation before) {}

    private volatile Generation newest;
    private int generation;

    Keys(Pair pair) {
      newest = new Generation("0", pair, null);
    }

    synchronized void take(Pair pair) {
      Generation last = newest;
      newest =
          new Generation(
              Integer.toString(++generation), pair, new Generation(last.alias, last.pair, null));
    }

    private @Nullable Pair of(@Nullable String alias) {
      Generation now = newest;
      if (now.alias.equals(alias)) {
        return now.pair;
      }
      Generation before = now.before;
      return before != null && before.alias.equals(alias) ? before.pair : null;
    }

    private @Nullable String alias(String keyType) {
      Generation now = newest;
      String algorithm = now.pair.key.getAlgorithm();
      boolean fits =
          keyType.equals(algorithm)
              || (algorithm.equals("RSA") && keyType.equals("RSASSA-PSS"))
              || (algorithm.equals("EdDSA") && keyType.startsWith("Ed"))
              || keyType.startsWith(algorithm + "_");
      return fits ? now.alias : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      String alias = alias(keyType);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      Pair pair = of(alias);
      return pair == null ? null : pair.chain.clone();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      Pair pair = of(alias);
      return pair == null ? null : Objects.requireNonNull(pair.key);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
