package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private TokenFile file = new TokenFile(Path.of(""));

  @BeforeEach
  void inAFolderThatIsNotThereYet() {
    file = new TokenFile(folder.resolve("home").resolve("tokens.json"));
  }

  private Token.Created create(String name) {
    return file.create(
        new Token.Wanted(name, Role.EDITOR, Set.of("churn"), Optional.of(NOW.plusSeconds(60))),
        NOW,
        random);
  }

  @Test
  void whatIsKeptIsNoSecret() throws Exception {
    Token.Created made = create("shop");
    assertThat(made.text()).hasSize(Secret.LENGTH).startsWith("gn_" + made.token().id() + "_");
    String secret = Secret.secret(made.text(), 0);
    String kept = Files.readString(file.path());
    assertThat(kept).contains("shop", made.token().hash()).doesNotContain(secret);
    // Nor any third of it, in whatever form it might have slipped in.
    for (int i = 0; i + 14 <= secret.length(); i++) {
      assertThat(kept).doesNotContain(secret.substring(i, i + 14));
    }
    assertThat(made.token().toString()).doesNotContain(secret);
    try (var all = Files.list(file.path().getParent())) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("tokens.json", "tokens.json.lock");
    }
  }

  @Test
  void onlyTheOwnerMayReadIt() throws Exception {
    create("shop");
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void readsBackWhatItWrote() {
    Token one = create("shop").token();
    Token two =
        file.create(new Token.Wanted("root", Role.ADMIN, Set.of(), Optional.empty()), NOW, random)
            .token();
    assertThat(file.read()).containsExactly(one, two);
    assertThat(one.state(NOW)).isEqualTo("active");
    assertThat(one.state(NOW.plusSeconds(60))).isEqualTo("expired");
    Token ended = file.revoke("root", NOW.plusSeconds(5));
    assertThat(ended.state(NOW)).isEqualTo("revoked");
    assertThat(file.read()).containsExactly(one, ended);
    assertThat(file.revoke(one.id(), NOW).name()).isEqualTo("shop");
  }

  @Test
  void namesAreOfOneUsableToken() {
    create("shop");
    assertThatThrownBy(() -> create("shop"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("gnomon token revoke shop");
    file.revoke("shop", NOW);
    assertThat(create("shop").token().name()).isEqualTo("shop");
    // After it expired, the name is free too.
    assertThat(
            file.create(
                    new Token.Wanted("shop", Role.VIEWER, Set.of(), Optional.empty()),
                    NOW.plus(Duration.ofDays(1)),
                    random)
                .token()
                .role())
        .isEqualTo(Role.VIEWER);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(() ->
            file.create(
                new Token.Wanted(
                    "a b", Role.VIEWER, Set.of("Churn"), Optional.of(NOW.minusSeconds(1))),
                NOW,
                random))
        .isInstanceOfSatisfying(BadInput.class, e -> assertThat(e.problems()).hasSize(3));
    assertThat(Files.exists(file.path())).isFalse();
    assertThatThrownBy(() -> file.revoke("nobody", NOW)).isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> Role.parse("--role", "none")).isInstanceOf(BadInput.class);
  }

  @Test
  void aBrokenFileIsNotAnEmptyOne() throws Exception {
    create("shop");
    String whole = Files.readString(file.path());
    for (String broken :
        List.of(
            "",
            "{}",
            "[]",
            "null",
            whole.substring(0, whole.length() / 2),
            whole.replace("editor", "emperor"),
            whole.replace("\"sha256\" : \"", "\"sha256\" : \"x"),
            whole.replace("2024-05-06", "2024-15-06"))) {
      Files.writeString(file.path(), broken);
      assertThatThrownBy(file::read).as(broken).isInstanceOf(BadInput.class);
    }
  }
}
