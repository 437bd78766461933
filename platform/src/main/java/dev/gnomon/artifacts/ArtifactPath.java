package dev.gnomon.artifacts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where an artifact is found: names separated by slashes, relative, for example
/// `7/3f…/artifacts/model/model.json`. Empty is the root, which holds everything.
///
/// This is the one place where paths are judged. A path is decoded once; should it still hold
/// escapes, then nothing that further decoding makes of them may be dangerous, since somebody
/// behind us might decode again. Names may be in any script.
public record ArtifactPath(String text) {
  private static final int MOST_CHARACTERS = 700;
  private static final int MOST_PARTS = 48;
  private static final int MOST_DECODINGS = 4;
  private static final Pattern ESCAPE = Pattern.compile("(?:%[0-9a-fA-F]{2})+");
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);

  /// The directory that holds everything. Stands behind the patterns, which judge it too.
  public static final ArtifactPath ROOT = new ArtifactPath("");

  /// @param text decoded
  /// @throws InvalidPath when it is no such path
  public ArtifactPath {
    if (text.length() > MOST_CHARACTERS
        || text.indexOf('#') >= 0
        || text.indexOf('?') >= 0
        || !wellFormed(text)) {
      throw new InvalidPath();
    }
    requireHarmless(text, true);
    String further = text;
    for (int i = 0; ESCAPE.matcher(further).find(); i++) {
      if (i == MOST_DECODINGS) {
        throw new InvalidPath();
      }
      further = decodedOnce(further);
      requireHarmless(further, false);
    }
    if (ObjectKeys.tooLong(text)) {
      throw new InvalidPath();
    }
  }

  /// A directory as clients name it: a slash at its end, nothing or a dot for the root.
  ///
  /// @throws InvalidPath when it is no such path
  public static ArtifactPath directory(String text) {
    if (text.isEmpty() || text.equals(".") || text.equals("./")) {
      return ROOT;
    }
    return new ArtifactPath(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /// As it stands in an address, with escapes.
  ///
  /// @throws InvalidPath when it is no such path
  public static ArtifactPath encoded(String raw) {
    try {
      return new ArtifactPath(URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new InvalidPath();
    }
  }

  /// Something below this directory.
  ///
  /// @param relative may itself lead through directories
  /// @throws InvalidPath when it leads elsewhere
  public ArtifactPath child(String relative) {
    ArtifactPath below = directory(relative);
    if (isRoot()) {
      return below;
    }
    return below.isRoot() ? this : new ArtifactPath(text + "/" + below.text);
  }

  public boolean isRoot() {
    return text.isEmpty();
  }

  /// The names on the way; none for the root.
  public List<String> parts() {
    return isRoot() ? List.of() : List.of(text.split("/", -1));
  }

  /// The last of its names; empty for the root.
  public String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return text;
  }

  /// @param exact whether also empty names and dots are refused, which are harmless but ambiguous
  private static void requireHarmless(String path, boolean exact) {
    if (path.isEmpty()) {
      return;
    }
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '\\' || Character.isISOControl(path.charAt(i))) {
        throw new InvalidPath();
      }
    }
    if (path.startsWith("/") || DRIVE.matcher(path).matches()) {
      throw new InvalidPath();
    }
    String[] parts = path.split("/", -1);
    if (parts.length > MOST_PARTS) {
      throw new InvalidPath();
    }
    for (String part : parts) {
      if (part.strip().equals("..") || (exact && (part.isBlank() || part.equals(".")))) {
        throw new InvalidPath();
      }
    }
  }

  private static String decodedOnce(String text) {
    Matcher matcher = ESCAPE.matcher(text);
    StringBuilder out = new StringBuilder(text.length());
    while (matcher.find()) {
      matcher.appendReplacement(
          out,
          Matcher.quoteReplacement(URLDecoder.decode(matcher.group(), StandardCharsets.UTF_8)));
    }
    return matcher.appendTail(out).toString();
  }

  /// Whether it is Unicode: no half of a pair, nothing that stands for bytes that were not.
  private static boolean wellFormed(String text) {
    return text.indexOf('\ufffd') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
