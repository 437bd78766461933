package dev.gnomon.server.security;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tokens.json` of a home: read by the server, changed by `gnomon token`, also while a server
/// runs. Writes are atomic and take turns; only the owner may read it, although it holds no secret.
public final class TokenFile {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._@-]{0,62}");
  private static final Pattern USE_CASE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path file;

  public TokenFile(Path file) {
    this.file = file;
  }

  public Path path() {
    return file;
  }

  /// All tokens in the order of their creation; none when there is no file.
  ///
  /// @throws BadInput when the file is not what this class writes
  public List<Token> read() {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new BadInput(file.toString(), "can't be read: " + e.getMessage(), "a file of the user");
    }
  }

  /// Makes a token.
  ///
  /// @throws BadInput when its name is taken by a token that can be used, or not a name
  public Token.Created create(Token.Wanted wanted, Instant now, SecureRandom random) {
    check(wanted, now);
    Token.@Nullable Created[] made = {null};
    change(tokens -> {
      if (tokens.stream().anyMatch(t -> t.name().equals(wanted.name()) && t.usable(now))) {
        throw new BadInput(
            "token " + wanted.name(),
            "there is one of that name already",
            "another name, or first: gnomon token revoke " + wanted.name());
      }
      Set<String> taken = new HashSet<>();
      tokens.forEach(token -> taken.add(token.id()));
      String id = Secret.randomId(random);
      while (taken.contains(id)) {
        id = Secret.randomId(random);
      }
      String secret = Secret.random(random);
      Token token =
          new Token(
              id,
              wanted.name(),
              wanted.role(),
              new TreeSet<>(wanted.useCases()),
              wanted.approves(),
              java.util.HexFormat.of().formatHex(Secret.hash(secret)),
              now,
              wanted.expires(),
              Optional.empty());
      made[0] = new Token.Created(token, Secret.text(id, secret));
      List<Token> all = new ArrayList<>(tokens);
      all.add(token);
      return all;
    });
    return java.util.Objects.requireNonNull(made[0]);
  }

  /// Ends a token.
  ///
  /// @param which its name or id
  /// @throws BadInput when there is none that is not revoked yet
  public Token revoke(String which, Instant now) {
    @Nullable Token[] ended = {null};
    change(tokens -> {
      List<Token> all = new ArrayList<>(tokens);
      for (int i = 0; i < all.size(); i++) {
        Token token = all.get(i);
        if (token.revoked().isEmpty() && (token.name().equals(which) || token.id().equals(which))) {
          Token revoked = token.revokedAt(now);
          all.set(i, revoked);
          // Of an expired and a new token with one name, the new one is meant: it is later.
          ended[0] = revoked;
        }
      }
      if (ended[0] == null) {
        List<String> names =
            tokens.stream().filter(t -> t.revoked().isEmpty()).map(Token::name).toList();
        throw new BadInput(
            "token " + which,
            "there is none of that name or id",
            names.isEmpty() ? "there are no tokens" : "one of " + String.join(", ", names));
      }
      return all;
    });
    return java.util.Objects.requireNonNull(ended[0]);
  }

  private static void check(Token.Wanted wanted, Instant now) {
    List<Problem> problems = new ArrayList<>();
    if (!NAME.matcher(wanted.name()).matches()) {
      problems.add(
          new Problem(
              "token name",
              "'%s'".formatted(wanted.name()),
              "letters, digits and . _ @ - (at most 63)"));
    }
    for (String useCase : wanted.useCases()) {
      if (!USE_CASE.matcher(useCase).matches()) {
        problems.add(
            new Problem(
                "--use-case",
                "'%s'".formatted(useCase),
                "the name of a use case: lower-case letters, digits and dashes"));
      }
    }
    if (wanted.expires().isPresent() && !now.isBefore(wanted.expires().get())) {
      problems.add(new Problem("--expires", "it would have ended already", "a time to come"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private void change(UnaryOperator<List<Token>> by) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
      // A file of its own: the home's lock belongs to the server, and this one is held for
      // milliseconds.
      try (FileChannel turns =
              FileChannel.open(
                  file.resolveSibling(file.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = turns.lock()) {
        AtomicFiles.writePrivate(file, JSON.writeValueAsBytes(json(by.apply(read()))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode json(List<Token> tokens) {
    ObjectNode out = JSON.createObjectNode();
    ArrayNode list = out.putArray("tokens");
    for (Token token : tokens) {
      ObjectNode one =
          list.addObject()
              .put("id", token.id())
              .put("name", token.name())
              .put("role", token.role().word());
      ArrayNode useCases = one.putArray("useCases");
      token.useCases().forEach(useCases::add);
      if (token.approves()) {
        one.put("approves", true);
      }
      one.put("sha256", token.hash()).put("created", token.created().toString());
      token.expires().ifPresent(at -> one.put("expires", at.toString()));
      token.revoked().ifPresent(at -> one.put("revoked", at.toString()));
    }
    return out;
  }

  private List<Token> parse(String text) {
    try {
      List<Token> out = new ArrayList<>();
      for (JsonNode one : JSON.readTree(text).required("tokens")) {
        Set<String> useCases = new TreeSet<>();
        one.required("useCases").forEach(name -> useCases.add(name.stringValue()));
        String id = one.required("id").stringValue();
        String hash = one.required("sha256").stringValue();
        if (!ID.matcher(id).matches() || !HASH.matcher(hash).matches()) {
          throw broken("token '%s' has no id or hash of the right form".formatted(id));
        }
        out.add(
            new Token(
                id,
                one.required("name").stringValue(),
                Role.parse(file + ", token " + id, one.required("role").stringValue()),
                new TreeSet<>(useCases),
                one.path("approves").booleanValue(false),
                hash,
                Instant.parse(one.required("created").stringValue()),
                time(one, "expires"),
                time(one, "revoked")));
      }
      return List.copyOf(out);
    } catch (JacksonException | DateTimeException e) {
      throw broken(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Optional<Instant> time(JsonNode token, String member) {
    return token.has(member)
        ? Optional.of(Instant.parse(token.required(member).stringValue()))
        : Optional.empty();
  }

  private BadInput broken(String why) {
    return new BadInput(
        file.toString(),
        "is not a list of tokens: " + why,
        "what gnomon token create writes; put back a copy, or delete it and create new tokens");
  }
}
