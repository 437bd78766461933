package dev.gnomon.server.security;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An identity provider whose tokens are taken beside our own (OpenID Connect Core 1.0; RFC 9068).
///
/// @param issuer as it stands in the tokens; its keys are found below it (Discovery 1.0)
/// @param audience that tokens must be for
/// @param roleClaim the claim that says what its bearer may do: a text or a list of texts; a dot
///   leads into an object (`realm_access.roles`)
/// @param roles what each word of that claim means; words that are not here mean nothing
/// @param approver the word of that claim that gives the right to approve
/// @param useCaseClaim the claim with the use cases that the bearer may use; empty for all
public record Oidc(
    URI issuer,
    String audience,
    String roleClaim,
    Map<String, Role> roles,
    String approver,
    Optional<String> useCaseClaim) {
  private static final String APPROVER = "approve";

  public Oidc {
    roles = Map.copyOf(roles);
  }

  /// As the command line says it.
  ///
  /// @param words `word=role` each, and `word=approve`; empty for the names of the roles themselves
  /// @throws BadInput naming everything that can't be right
  public static Oidc of(
      String issuer,
      String audience,
      String roleClaim,
      List<String> words,
      Optional<String> useCaseClaim) {
    List<Problem> problems = new ArrayList<>();
    URI uri = URI.create("https://invalid");
    try {
      uri = URI.create(issuer);
      requireSafe(uri, "--oidc-issuer", problems);
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem("--oidc-issuer", "'%s' is no address".formatted(issuer), "https://…"));
    }
    if (audience.isBlank()) {
      problems.add(
          new Problem(
              "--oidc-audience",
              "it is missing: tokens for other services would be taken",
              "the audience that stands in the tokens"));
    }
    Map<String, Role> roles = new TreeMap<>();
    String approver = APPROVER;
    if (words.isEmpty()) {
      Role.ofTokens().forEach(role -> roles.put(role.word(), role));
    }
    for (String word : words) {
      int equals = word.lastIndexOf('=');
      if (equals <= 0) {
        problems.add(new Problem("--oidc-role " + word, "there is no role in it", "WORD=ROLE"));
      } else if (word.substring(equals + 1).equals(APPROVER)) {
        approver = word.substring(0, equals);
      } else {
        try {
          roles.put(
              word.substring(0, equals), Role.parse("--oidc-role", word.substring(equals + 1)));
        } catch (BadInput e) {
          problems.addAll(e.problems());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new Oidc(uri, audience, roleClaim, roles, approver, useCaseClaim);
  }

  private static void requireSafe(URI uri, String place, List<Problem> problems) {
    if (!safe(uri)) {
      problems.add(
          new Problem(
              place,
              "'%s' could be answered by anybody on the way".formatted(uri),
              "an https address; http on this machine only"));
    }
  }

  /// Whether what it answers can be believed.
  static boolean safe(URI uri) {
    String host = uri.getHost();
    return host != null
        && uri.getUserInfo() == null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && Loopback.address(host)));
  }
}
