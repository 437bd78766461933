package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTableTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  @TempDir private Path folder;

  /// A text that counts how often it is looked at.
  private static final class Watched implements CharSequence {
    private final String text;
    private int looks;

    Watched(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      looks++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }

  @Test
  void comparingLooksAtEveryCharacterWhereverTheDifferenceIs() {
    String secret = Secret.random(new SecureRandom());
    for (int i = 0; i < secret.length(); i++) {
      char other = secret.charAt(i) == 'A' ? 'B' : 'A';
      Watched wrong = new Watched(secret.substring(0, i) + other + secret.substring(i + 1));
      assertThat(Secret.same(secret, wrong)).isFalse();
      assertThat(wrong.looks).isEqualTo(secret.length());
    }
    Watched right = new Watched(secret);
    assertThat(Secret.same(secret, right)).isTrue();
    assertThat(right.looks).isEqualTo(secret.length());
    assertThat(Secret.same(secret, secret + "x")).isFalse();
    assertThat(Secret.same(secret, "")).isFalse();
  }

  @Test
  void onlyTheVeryTokenProvesItself() {
    TokenFile file = new TokenFile(folder.resolve("tokens.json"));
    List<Token.Created> made = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      made.add(
          file.create(
              new Token.Wanted("t" + i, Role.VIEWER, Set.of(), Optional.empty()),
              NOW,
              new SecureRandom()));
    }
    TokenTable table = new TokenTable(file.read(), null, () -> null);
    // Twice: the first look hashes, the second compares with what it found.
    for (int round = 0; round < 2; round++) {
      for (Token.Created one : made) {
        String header = "Bearer " + one.text();
        assertThat(Objects.requireNonNull(table.proved(header)).token).isEqualTo(one.token());
        assertThat(table.proved("bearer " + one.text())).isNotNull();
        for (int i = 0; i < header.length(); i++) {
          char c = header.charAt(i);
          String changed =
              header.substring(0, i) + (c == 'A' ? 'B' : 'A') + header.substring(i + 1);
          boolean scheme = i < 6 && changed.regionMatches(true, 0, header, 0, 7);
          assertThat(table.proved(changed) != null).as(changed).isEqualTo(scheme);
        }
      }
    }
    String first = made.getFirst().text();
    String second = made.getLast().text();
    for (String wrong :
        List.of(
            "",
            "Bearer",
            "Bearer ",
            first,
            "Basic " + first,
            "Bearer  " + first,
            "Bearer " + first + " ",
            "Bearer " + first + first,
            "Bearer " + first.substring(0, first.length() - 1),
            // The id of one with the secret of another.
            "Bearer " + first.substring(0, 16) + second.substring(16),
            "Bearer gn_" + "z".repeat(12) + "_" + "A".repeat(43),
            "Bearer " + made.getFirst().token().hash())) {
      assertThat(table.proved(wrong)).as(wrong).isNull();
    }
  }

  @Test
  void aTokenIsAlsoThePasswordOfAnyUser() {
    TokenFile file = new TokenFile(folder.resolve("tokens.json"));
    Token.Created made =
        file.create(
            new Token.Wanted("ada", Role.EDITOR, Set.of("churn"), true, Optional.empty()),
            NOW,
            new SecureRandom());
    TokenTable table = new TokenTable(file.read(), null, () -> null);
    for (String user : List.of("ada", "", "somebody else", "ä")) {
      TokenTable.Entry entry =
          Objects.requireNonNull(table.proved(basic(user + ":" + made.text())), user);
      assertThat(entry.token).isEqualTo(made.token());
      assertThat(entry.principal.mayApprove("churn")).isTrue();
      assertThat(entry.principal.mayApprove("fraud")).isFalse();
      assertThat(entry.principal.mayUseNamed("churn/ideas")).isTrue();
      assertThat(entry.principal.mayUseNamed("churned")).isFalse();
      assertThat(entry.principal.mayUseNamed("fraud/churn")).isFalse();
    }
    for (String wrong :
        List.of(
            basic(made.text()),
            basic(made.text() + ":ada"),
            basic("ada:" + made.text() + "x"),
            basic("a".repeat(1_000) + ":" + made.text()),
            "Basic %%%",
            "Basic",
            "Basic ")) {
      assertThat(table.proved(wrong)).as(wrong).isNull();
    }
  }

  private static String basic(String pair) {
    return "basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aNewReadingKeepsWhatDidNotChange() {
    TokenFile file = new TokenFile(folder.resolve("tokens.json"));
    Token.Created stays =
        file.create(
            new Token.Wanted("stays", Role.VIEWER, Set.of(), Optional.empty()),
            NOW,
            new SecureRandom());
    Token.Created goes =
        file.create(
            new Token.Wanted("goes", Role.VIEWER, Set.of(), Optional.empty()),
            NOW,
            new SecureRandom());
    TokenTable before = new TokenTable(file.read(), null, () -> null);
    file.revoke("goes", NOW);
    TokenTable after = new TokenTable(file.read(), before, () -> null);
    String kept = "Bearer " + stays.text();
    assertThat(after.proved(kept)).isSameAs(before.proved(kept));
    String ended = "Bearer " + goes.text();
    assertThat(Objects.requireNonNull(before.proved(ended)).usable(NOW.toEpochMilli())).isTrue();
    assertThat(Objects.requireNonNull(after.proved(ended)).usable(NOW.toEpochMilli())).isFalse();
  }
}
