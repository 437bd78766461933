package dev.gnomon.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The keys under which a store keeps paths and contents.
///
/// A key is made of parts of plain ASCII that mean the same on every file system and in every
/// object store, whatever their encoding of names: a directory is `d.` and its name, a file `f.`
/// and its name, so that neither can be taken for the other. Characters beyond letters, digits and
/// `._-+=@,` stand as runs between tildes, as the base-32 digits of their UTF-16.
final class ObjectKeys {
  static final String PATHS = "paths/";
  static final String CONTENTS = "contents/";
  static final String SUMS = "sums/";
  static final String UPLOADS = "uploads/";

  private static final String DIRECTORY = "d.";
  private static final String FILE = "f.";
  private static final int LONGEST_PART = 240;
  private static final int LONGEST_KEY = 900;
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private ObjectKeys() {}

  static boolean tooLong(String path) {
    if (path.isEmpty()) {
      return false;
    }
    int all = PATHS.length();
    for (String part : path.split("/", -1)) {
      int length = encoded(part).length();
      if (length > LONGEST_PART) {
        return true;
      }
      all += length + 3;
    }
    return all > LONGEST_KEY;
  }

  /// Where a file is entered.
  static String file(ArtifactPath path) {
    StringBuilder out = new StringBuilder(PATHS);
    int last = path.parts().size() - 1;
    for (int i = 0; i <= last; i++) {
      out.append(i == last ? FILE : DIRECTORY)
          .append(encoded(path.parts().get(i)))
          .append(i == last ? "" : "/");
    }
    return out.toString();
  }

  /// What the keys of everything in a directory begin with.
  static String directory(ArtifactPath path) {
    StringBuilder out = new StringBuilder(PATHS);
    path.parts().forEach(part -> out.append(DIRECTORY).append(encoded(part)).append('/'));
    return out.toString();
  }

  static String content(String sha256) {
    return CONTENTS + fanned(sha256);
  }

  static String sums(String sha256) {
    return SUMS + fanned(sha256);
  }

  private static String fanned(String sha256) {
    if (!isHash(sha256)) {
      throw new IllegalArgumentException("no SHA-256: " + sha256);
    }
    return sha256.substring(0, 2) + "/" + sha256;
  }

  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /// The path that an entry is for, or the key itself where it is none of a path.
  static String shown(String key) {
    if (!key.startsWith(PATHS)) {
      return key;
    }
    try {
      return Arrays.stream(key.substring(PATHS.length()).split("/", -1))
          .map(ObjectKeys::name)
          .collect(Collectors.joining("/", "of '", "'"));
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return key;
    }
  }

  /// Whether the last part of a key is a file's, not a directory's.
  static boolean isFile(String part) {
    return part.startsWith(FILE);
  }

  /// The name that a part of a key stands for.
  static String name(String part) {
    return decoded(part.substring(FILE.length()));
  }

  static String encoded(String name) {
    StringBuilder out = new StringBuilder(name.length() + 8);
    int at = 0;
    while (at < name.length()) {
      if (plain(name, at)) {
        out.append(name.charAt(at++));
        continue;
      }
      int from = at;
      while (at < name.length() && !plain(name, at)) {
        at++;
      }
      out.append('~');
      digits(name.substring(from, at).getBytes(StandardCharsets.UTF_16BE), out);
      out.append('~');
    }
    return out.toString();
  }

  private static boolean plain(String name, int at) {
    char c = name.charAt(at);
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_-+=@,".indexOf(c) >= 0
        // Some file systems drop a dot at the end.
        || (c == '.' && at + 1 < name.length());
  }

  private static void digits(byte[] bytes, StringBuilder out) {
    int bits = 0;
    int held = 0;
    for (byte one : bytes) {
      held = (held << 8) | (one & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.append(DIGITS.charAt((held >> bits) & 31));
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) {
      out.append(DIGITS.charAt((held << (5 - bits)) & 31));
    }
  }

  static String decoded(String part) {
    StringBuilder out = new StringBuilder(part.length());
    int at = 0;
    while (at < part.length()) {
      if (part.charAt(at) != '~') {
        out.append(part.charAt(at++));
        continue;
      }
      int end = part.indexOf('~', at + 1);
      if (end < 0) {
        throw new IllegalArgumentException("no name: " + part);
      }
      byte[] bytes = new byte[(end - at - 1) * 5 / 8];
      int bits = 0;
      int held = 0;
      int length = 0;
      for (int i = at + 1; i < end; i++) {
        int digit = DIGITS.indexOf(part.charAt(i));
        if (digit < 0) {
          throw new IllegalArgumentException("no name: " + part);
        }
        held = (held << 5) | digit;
        bits += 5;
        if (bits >= 8) {
          bits -= 8;
          bytes[length++] = (byte) (held >> bits);
          held &= (1 << bits) - 1;
        }
      }
      out.append(new String(bytes, 0, length, StandardCharsets.UTF_16BE));
      at = end + 1;
    }
    return out.toString();
  }
}
