package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Valid files, mangled: each is read or refused with a line, and nothing else ever happens.
class UseCaseFuzzTest {
  private static final int FILES = 2_000;
  private static final String[] VALUES = {
    "",
    "~",
    "null",
    "[]",
    "{}",
    "[[[[]]]]",
    "{a: {b: {c: 1}}}",
    "-1",
    "0",
    "1e999",
    ".nan",
    ".inf",
    "99999999999999999999999999",
    "999999999999d",
    "30 d",
    "-5d",
    "1.5h",
    "0d",
    "2024-02-30",
    "2024-03-01T25:00",
    "\"\"",
    "' '",
    "&a x",
    "*a",
    "!!binary x",
    "!x y",
    "'; DROP TABLE x; --",
    "../../../../etc/passwd",
    "${jndi:ldap://x}",
    "\"\\0\"",
    "\"\\uD800\"",
    "a = ",
    "((((((((a",
    "a in (",
    "'unclosed",
    "%x",
    "@y",
    "`z`",
    "| \n  block",
    "> folded",
    "<<: *a",
    "? complex",
    "é\u202E\uFEFF",
    "😀",
    "\u0007",
    "\t",
    "true",
    "no",
    "0x10",
    "all",
    "constant"
  };
  private static final String[] KEYS = {
    "nmae",
    "frame",
    "<<",
    "",
    "\"\"",
    "true",
    "1",
    "features",
    "windows",
    "where",
    "é",
    "[a]",
    "? x"
  };

  @TempDir Path folder;

  @Test
  void everyMangledFileIsReadOrRefusedWithALine() throws IOException {
    Random random = new Random(20240301);
    String[] seeds = {"churn.yaml", "telco.yaml", "listed.yaml", "later.yaml"};
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] file =
          UseCaseReaderTest.resource(seeds[random.nextInt(seeds.length)])
              .getBytes(StandardCharsets.UTF_8);
      int changes = 1 + random.nextInt(3);
      for (int change = 0; change < changes; change++) {
        file = mangle(file, random);
      }
      refused += read(file, i) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(FILES / 2);
  }

  /// Whether the file was accepted.
  private boolean read(byte[] content, int number) throws IOException {
    Path file = folder.resolve("f.yaml");
    Files.write(file, content);
    try {
      UseCase useCase = UseCaseReader.read(file);
      assertThat(FormReport.lines(useCase)).isNotEmpty();
      return true;
    } catch (BadInput e) {
      assertThat(e.problems().get(0).place())
          .as("file %d%n%s", number, new String(content, StandardCharsets.UTF_8))
          .matches("(?s).*f\\.yaml:\\d+.*");
      assertThat(e.problems()).allMatch(p -> !p.found().isBlank() && !p.valid().isBlank());
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(
          "file " + number + ":\n" + new String(content, StandardCharsets.UTF_8), e);
    }
  }

  private static byte[] mangle(byte[] file, Random random) {
    if (random.nextInt(6) == 0) {
      return mangleBytes(file, random);
    }
    List<String> lines =
        new ArrayList<>(List.of(new String(file, StandardCharsets.UTF_8).split("\n", -1)));
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(9)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, line);
      case 2 -> lines.set(at, " ".repeat(random.nextInt(5)) + line);
      case 3 -> lines.set(at, line.stripLeading());
      case 4 -> lines.set(at, withValue(line, VALUES[random.nextInt(VALUES.length)]));
      case 5 -> lines.add(at, indentOf(line) + KEYS[random.nextInt(KEYS.length)] + ": 1");
      case 6 -> lines.set(at, swapWords(line, random));
      case 7 -> lines.set(at, inside(line, random));
      default -> {
        int other = random.nextInt(lines.size());
        lines.set(at, lines.get(other));
        lines.set(other, line);
      }
    }
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] mangleBytes(byte[] file, Random random) {
    if (file.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] changed = file.clone();
    switch (random.nextInt(3)) {
      case 0 -> {
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
      }
      case 1 -> changed = java.util.Arrays.copyOf(changed, random.nextInt(changed.length));
      default -> {
        int at = random.nextInt(changed.length);
        byte[] nest = "[{a: ".repeat(1 + random.nextInt(3_000)).getBytes(StandardCharsets.UTF_8);
        byte[] longer = new byte[changed.length + nest.length];
        System.arraycopy(changed, 0, longer, 0, at);
        System.arraycopy(nest, 0, longer, at, nest.length);
        System.arraycopy(changed, at, longer, at + nest.length, changed.length - at);
        changed = longer;
      }
    }
    return changed;
  }

  private static String indentOf(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }

  private static String withValue(String line, String value) {
    int colon = line.indexOf(": ");
    return colon < 0 ? line + " " + value : line.substring(0, colon + 2) + value;
  }

  /// Replaces one value of a flow map or list.
  private static String inside(String line, Random random) {
    String[] parts = line.split("(?<=[:,\\[] )", -1);
    int at = random.nextInt(parts.length);
    parts[at] = VALUES[random.nextInt(VALUES.length)] + (random.nextBoolean() ? ", " : "");
    return String.join("", parts);
  }

  private static String swapWords(String line, Random random) {
    String[] words = line.split(" ", -1);
    int a = random.nextInt(words.length);
    int b = random.nextInt(words.length);
    String kept = words[a];
    words[a] = words[b];
    words[b] = kept;
    return String.join(" ", words);
  }
}
