package dev.gnomon.core.usecase.internal;

import java.util.List;
import java.util.Map;

/// A piece of a YAML document that knows where it stands. Scalars keep their source text: what it
/// means is decided by the key, never by its looks.
public sealed interface YamlNode {
  /// Counted from 1.
  int line();

  /// The key path, as in `features.logins[2].where`; empty for the whole document.
  String path();

  /// For messages: what is there.
  String describe();

  /// @param plain without quotes
  record Scalar(String text, boolean plain, int line, String path) implements YamlNode {
    boolean isEmpty() {
      return plain && text.isEmpty();
    }

    @Override
    public String describe() {
      return isEmpty() ? "nothing" : Problems.shown(text);
    }
  }

  record Sequence(List<YamlNode> items, int line, String path) implements YamlNode {
    @Override
    public String describe() {
      return "a list";
    }
  }

  /// @param entries in the order of the file
  /// @param keyLines where each key stands
  record Mapping(
      Map<String, YamlNode> entries, Map<String, Integer> keyLines, int line, String path)
      implements YamlNode {
    @Override
    public String describe() {
      return "a map of keys";
    }

    String child(String key) {
      return path.isEmpty() ? key : path + "." + key;
    }
  }

  /// What could not be taken, and was reported; nothing more is said about it.
  record Refused(int line, String path) implements YamlNode {
    @Override
    public String describe() {
      return "something refused";
    }
  }
}
